import { Input } from 'antd'
import { Link } from 'react-router'
import type { ApiError } from '../api/http.ts'

/** What the server asks before it saves: a reason, or whether two records are one. */
export interface Asked {
  message: string
  /** what it holds to be the same, as far as the reader may see it */
  doubles: string[]
  /** those of them that can be opened */
  records: { id: string; title: string }[]
}

/** The question in a refusal, when a reason answers it. */
export function askedOf(e: ApiError): Asked | undefined {
  const doubles = Array.isArray(e.details.doubles) ? e.details.doubles.map(String) : []
  const asks = e.details.asks === true || e.complaints.some((c) => c.path === 'reason')
  const records: Asked['records'] = Array.isArray(e.details.records) ? e.details.records : []
  return asks ? { message: e.message, doubles, records } : undefined
}

/** Above the buttons of a form: the question, and the line that answers it. */
export function Why({
  register,
  asked,
  value,
  onChange,
}: {
  register: string
  asked: Asked
  value: string
  onChange: (text: string) => void
}) {
  return (
    <div className="why" role="alert">
      <p>{asked.message}</p>
      {asked.doubles.length > 0 ? (
        <ul>
          {asked.doubles.map((d) => (
            <li key={d}>{d}</li>
          ))}
        </ul>
      ) : null}
      {asked.records.map((r) => (
        <Link key={r.id} to={`/records/${register}/${r.id}`} target="_blank">
          打开“{r.title}”核对
        </Link>
      ))}
      <Input
        aria-label="理由"
        placeholder={
          asked.doubles.length > 0 ? '仍然保存的理由，如：同名同号，已电话核实' : '理由，如：按原件更正'
        }
        maxLength={200}
        value={value}
        onChange={(e) => onChange(e.target.value)}
      />
    </div>
  )
}
