import { type ReactNode, useEffect, useRef } from 'react'

const typing = (e: KeyboardEvent) =>
  e.target instanceof HTMLElement &&
  (e.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName))

const keys: [string, string][] = [
  ['/', '到搜索框'],
  ['↑ ↓', '在列表中移动'],
  ['Enter', '打开所在的一行'],
  ['Esc', '关闭抽屉，清空搜索'],
  ['n', '新增（列表页）'],
  ['?', '显示这张表'],
]

/** Keys that work on every page, and the table that lists them. */
export function useKeys(): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || typing(e)) return
      if (e.key === '/') {
        const box = document.querySelector<HTMLInputElement>('[data-search] input, input[data-search]')
        if (box) {
          e.preventDefault()
          box.focus()
          box.select()
        }
      } else if (e.key === '?') dialog.current?.showModal()
      else if (e.key === 'n') document.querySelector<HTMLElement>('[data-new]')?.click()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <dialog ref={dialog} className="sheet" aria-label="键盘操作">
      <h2>键盘操作</h2>
      <dl className="keys">
        {keys.map(([k, what]) => (
          <div key={k}>
            <dt>
              <kbd>{k}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" className="link">
          关闭
        </button>
      </form>
    </dialog>
  )
}
