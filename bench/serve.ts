/** The product's server as a process of its own: node serve.js DATABASE_URL PORT DATA_FOLDER */
import { startServer } from '../engine/main.ts'

const [databaseUrl, port, dataDir] = process.argv.slice(2)
if (databaseUrl && port && dataDir)
  await startServer({
    databaseUrl,
    host: '127.0.0.1',
    port: Number(port),
    dataDir,
    demo: false,
    log: (line) => console.error(line),
  })
