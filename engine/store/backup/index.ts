/** `backup` and `restore`: data and files of a county in one file, while the program runs. */
export type { Progress, Summary } from './format.ts'
export { sweepLeftover } from './leftover.ts'
export { loadBackup, type RestoreOptions, readManifest, restore } from './read.ts'
export { type BackupOptions, backup } from './write.ts'
