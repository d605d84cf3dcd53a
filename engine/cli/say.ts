/** Writes a line for the person at the terminal; stdout stays free for a command's result. */
export const say = (line: string) => void process.stderr.write(`${line}\n`)
