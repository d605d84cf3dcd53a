/** What is wrong with a form as a whole, beside its button: read out as it comes. */
export function Complaints({ of }: { of: readonly string[] }) {
  return of.length > 0 ? (
    <div role="alert" className="wrap">
      {of.map((s) => (
        <span key={s} className="complaint">
          {s}
        </span>
      ))}
    </div>
  ) : null
}
