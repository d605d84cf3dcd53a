/** For tests: forms as offices send them, with a title over all columns, borders, blank rows and a footer. */
import { columnLetter } from '../exchange/sheet/index.ts'
import { zipOf } from '../exchange/sheet/zip-write.ts'

const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const pkg = 'http://schemas.openxmlformats.org/package/2006'

export interface FormOf {
  title?: string
  headings: readonly string[]
  rows?: readonly (readonly string[])[]
  /** bordered rows to be filled */
  blank?: number
  footer?: string
}

/** The form as a workbook with one sheet. */
export const formXlsx = (form: FormOf): Buffer => zipOf(formParts(form))

/** Its parts, for what is to be made of them. */
export function formParts({ title, headings, rows = [], blank = 0, footer }: FormOf): Record<string, string> {
  const lines: (readonly string[])[] = [
    ...(title ? [[title]] : []),
    headings,
    ...rows,
    ...Array.from({ length: blank }, () => headings.map(() => '')),
    ...(footer ? [[footer]] : []),
  ]
  const cell = (text: string, c: number, r: number) =>
    text === ''
      ? `<c r="${columnLetter(c)}${r}" s="1"/>`
      : `<c r="${columnLetter(c)}${r}" s="1" t="inlineStr"><is><t>${text.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</t></is></c>`
  const wide = columnLetter(headings.length - 1)
  const merged = [...(title ? [1] : []), ...(footer ? [lines.length] : [])]
  return {
    '[Content_Types].xml': `<Types xmlns="${pkg}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${pkg}/relationships"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook ${main} xmlns:r="${rel}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${pkg}/relationships"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet ${main}><sheetData>${lines
      .map((texts, i) => `<row r="${i + 1}">${texts.map((t, c) => cell(t, c, i + 1)).join('')}</row>`)
      .join('')}</sheetData>${
      merged.length
        ? `<mergeCells count="${merged.length}">${merged.map((n) => `<mergeCell ref="A${n}:${wide}${n}"/>`).join('')}</mergeCells>`
        : ''
    }</worksheet>`,
  }
}

/** The same sheet many times over in one workbook. */
export function manySheets(count: number, form: FormOf): Buffer {
  const parts = formParts(form)
  const numbers = Array.from({ length: count }, (_, i) => i + 1)
  const one = parts['xl/worksheets/sheet1.xml'] ?? ''
  return zipOf({
    ...parts,
    ...Object.fromEntries(numbers.map((n) => [`xl/worksheets/sheet${n}.xml`, one])),
    'xl/workbook.xml': `<workbook ${main} xmlns:r="${rel}"><sheets>${numbers.map((n) => `<sheet name="表${n}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${pkg}/relationships">${numbers.map((n) => `<Relationship Id="rId${n}" Type="${rel}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}</Relationships>`,
  })
}
