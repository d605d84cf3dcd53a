#!/usr/bin/env node
// Zhiben 治本: checks the Node version, installs and builds what is missing or stale, runs the command.
// Plain JavaScript without dependencies, because it runs before anything is installed.
import { existsSync } from 'node:fs'
import process from 'node:process'

const wanted = [20, 19]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(
    `治本需要 Node.js ${wanted.join('.')} 或更高版本，当前是 ${process.versions.node}。请安装新版 Node.js 后重试。\n` +
      `Zhiben needs Node.js ${wanted.join('.')} or later; this is ${process.versions.node}. Please install a newer Node.js.`,
  )
  process.exit(1)
}

// a released package is whole: nothing is installed or built
if (!existsSync(new URL('./release.json', import.meta.url))) {
  const { prepare } = await import('./scripts/prepare.mjs')
  const ready = await prepare({ web: process.argv[2] === 'start' })
  if (!ready) process.exit(1)
}
const { main } = await import('./dist/program/cli.js')
process.exitCode = await main(process.argv.slice(2))
