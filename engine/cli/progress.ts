/** Progress of a long command, for the person at the terminal; nothing when stderr is not a terminal. */
import type { Progress } from '../store/backup/index.ts'

const stages: Record<Progress['stage'], string> = { tables: '数据表', files: '文件' }

export function progressLine(stream: NodeJS.WriteStream = process.stderr) {
  let shown = false
  return {
    update(p: Progress) {
      if (!stream.isTTY) return
      shown = true
      stream.write(`\r\x1b[K${stages[p.stage]} ${p.done}/${p.total} ${p.name.slice(0, 60)}`)
    },
    end() {
      if (shown) stream.write('\r\x1b[K')
    },
  }
}

/** 1536 → '1.5 KB' */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
