/** Frequent characters of Chinese official prose; real notices consist of them to a third, mojibake hardly. */
const FREQUENT = new Set(
  '的一是和在有人中大为上个国不以要时用们生到作地于出就分对成会主发年动同工也能下过产种面方后多定行学法所民得经之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又利比或质气第向道此变条只没结解问意建月公系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严患隐企乡镇督监险落责整治通知',
)

const ENOUGH = 20

/** Why a text cannot be a notice, in Chinese and with what to do; null when it can. */
export function unreadableReason(text: string): string | null {
  const sample = text.length > 200_000 ? text.slice(0, 200_000) : text
  let han = 0
  let frequent = 0
  let broken = 0
  for (const char of sample) {
    const code = char.codePointAt(0) ?? 0
    if (code === 0xfffd || (code < 32 && !/\s/.test(char)) || (code >= 0xd800 && code <= 0xdfff)) broken++
    else if (code >= 0x3400 && code <= 0x9fff) {
      han++
      if (FREQUENT.has(char)) frequent++
    }
  }
  if (sample.trim() === '')
    return '文件里没有文字，可能是扫描件或图片。请换用带文字的 .docx、.pdf 或 .txt，或把正文粘贴进来。'
  if (broken > 0.05 * sample.length)
    return '文件内容是乱码或不是文本文件。请确认文件没有损坏，另存为 UTF-8 的 .txt 或 .docx 后重试。'
  if (han < ENOUGH)
    return '没有读到足够的中文正文。请确认上传的是通知正文（扫描件需先做文字识别），或把正文粘贴进来。'
  if (han > 100 && frequent < 0.3 * han)
    return '文字像是编码错误造成的乱码。请用 UTF-8 或 GBK 重新保存后重试。'
  return null
}
