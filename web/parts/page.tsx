import { type ReactNode, useEffect } from 'react'
import { Link } from 'react-router'

/** The head of a page: where it stands, its name, what can be done. Sets the document's title. */
export function Head({
  title,
  trail = [],
  note,
  acts,
  plainTitle,
}: {
  title: ReactNode
  plainTitle?: string
  /** `back`: a list that was left at a place, to which the link returns */
  trail?: { to: string; label: string; back?: boolean }[]
  note?: ReactNode
  acts?: ReactNode
}) {
  const name = plainTitle ?? (typeof title === 'string' ? title : '')
  useEffect(() => {
    document.title = name ? `${name} · 治本` : '治本'
  }, [name])
  return (
    <header className="head">
      <div>
        {trail.length > 0 && (
          <nav className="trail" aria-label="位置">
            {trail.map((t) => (
              <span key={t.to}>
                <Link to={t.to} state={t.back ? { back: true } : undefined}>
                  {t.label}
                </Link>{' '}
                ›{' '}
              </span>
            ))}
          </nav>
        )}
        <h1>{title}</h1>
        {note ? <div className="soft">{note}</div> : null}
      </div>
      {acts ? <div className="acts">{acts}</div> : null}
    </header>
  )
}
