import dayjs from 'dayjs'

/**
 * A date as hands write it, 2026-6-3, 2026/06/03, 20260603 or 2026年6月3日, as YYYY-MM-DD; undefined when it is none. Asked when the box is
 * left: while typing, 2026-11-2 may still become 2026-11-28.
 */
export function typedDate(text: string): string | undefined {
  const plain = text.trim().replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
  const [, year, month, day] = /^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$/.exec(plain) ?? []
  if (!year || !month || !day) return undefined
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return dayjs(date).format('YYYY-MM-DD') === date ? date : undefined
}
