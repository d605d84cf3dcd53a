/** Signs of symbol fonts that stand for something; all others are counted as unreadable. */
export const SYMBOLS: Record<string, string> = {
  F0FE: '☑',
  F052: '☑',
  F0A8: '☐',
  F06F: '☐',
  F0A3: '☐',
  F0FC: '√',
  F050: '√',
  F0FB: '×',
  F0FD: '☒',
  F0D8: '➢',
  F06C: '●',
  F06E: '■',
  F075: '◆',
  F0B7: '•',
}
