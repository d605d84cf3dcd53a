/**
 * PDF files often carry radicals in place of characters (⼀ for 一, ⻓ for 长): they look alike and compare unequal.
 * The Kangxi block and the compatibility block are mended by NFKC; of the supplement only these stand for words.
 */
const SUPPLEMENT: Record<string, string> = Object.fromEntries(
  [
    '⺁厂⺌小⺝月⺟母⺠民⺩王⺮竹⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻡首',
    '⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟',
  ]
    .join('')
    .match(/../gu)!
    .map((pair) => [pair[0]!, pair[1]!]),
)

const LOOKALIKE = /[\u2e80-\u2fdf\uf900-\ufaff]/g

/** The same text in plain characters; every character keeps its place. */
export function plainHan(text: string): string {
  return text.replace(LOOKALIKE, (char) => {
    const plain = SUPPLEMENT[char] ?? char.normalize('NFKC')
    return plain.length === 1 ? plain : char
  })
}
