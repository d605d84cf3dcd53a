import { Input } from 'antd'

/** A new password, twice, with the rules the server holds it to. */
export function NewPassword({
  label,
  rules,
  value,
  again,
  onValue,
  onAgain,
}: {
  label: string
  /** the server's words; nothing until they have come */
  rules: string | undefined
  value: string
  again: string
  onValue: (v: string) => void
  onAgain: (v: string) => void
}) {
  const box = (id: string, words: string, v: string, set: (v: string) => void, by?: string) => (
    <>
      <label htmlFor={id}>{words}</label>
      <Input.Password
        id={id}
        autoComplete="new-password"
        value={v}
        onChange={(e) => set(e.target.value)}
        aria-describedby={by}
      />
    </>
  )
  return (
    <>
      {box('password', label, value, onValue, 'password-rules')}
      <small className="soft" id="password-rules">
        {rules ? `${rules}。` : ''}
      </small>
      {box('again', `再输一次${label}`, again, onAgain)}
    </>
  )
}
