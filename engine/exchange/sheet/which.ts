import { Problem } from '../../core/errors.ts'

/**
 * The sheet that is asked for by name or place; without a wish the first that is not hidden.
 * @throws Problem `bad-input` for one that is not there
 */
export function sheetAt<S extends { name: string; hidden: boolean }>(
  sheets: readonly S[],
  which: string | number | undefined,
): { at: number; sheet: S } {
  const at =
    which === undefined
      ? Math.max(
          0,
          sheets.findIndex((s) => !s.hidden),
        )
      : typeof which === 'number'
        ? which
        : sheets.findIndex((s) => s.name === which)
  const sheet = sheets[at]
  if (!sheet)
    throw new Problem('bad-input', `没有工作表 ${which}，现有：${sheets.map((s) => s.name).join('、')}`)
  return { at, sheet }
}
