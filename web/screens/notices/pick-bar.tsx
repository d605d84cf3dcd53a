/** Choosing items to accept together: those with a likely figure in one go. */
export function PickBar({
  taken,
  likely,
  onTogether,
  onPick,
}: {
  taken: number
  likely: number
  onTogether: () => void
  onPick: (all: boolean) => void
}) {
  return (
    <div className="pick-items">
      {taken > 0 ? (
        <>
          <button type="button" className="button primary" onClick={onTogether}>
            预览并采纳 {taken} 条
          </button>
          <button type="button" className="link" onClick={() => onPick(false)}>
            不选了
          </button>
        </>
      ) : null}
      {likely > taken ? (
        <button type="button" className="button" onClick={() => onPick(true)}>
          选中有建议指标的 {likely} 条
        </button>
      ) : null}
    </div>
  )
}
