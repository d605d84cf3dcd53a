const DATE = /(\d{4}-\d{2}-\d{2})/

/** A sentence in which no date is broken at the end of a line. */
export const Dated = ({ text }: { text: string }) =>
  text.split(DATE).map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text keep their order
    <span key={i} className={DATE.test(part) ? 'whole' : undefined}>
      {part}
    </span>
  ))
