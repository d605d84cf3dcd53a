import { type ReactNode, useRef, useState } from 'react'

interface FileDropProps {
  /** what the panel is for */
  label: string
  className: string
  /** endings that the chooser offers; what is dropped is judged by who reads it */
  accept: string
  /** of the chooser, which nobody sees */
  chooser: string
  multiple?: boolean
  onFiles(files: File[]): void
  /** @param choose opens the chooser */
  children: (choose: () => void) => ReactNode
}

/** A panel that takes files: dropped anywhere on it, or chosen. */
export function FileDrop({
  label,
  className,
  accept,
  chooser,
  multiple,
  onFiles,
  children,
}: FileDropProps): ReactNode {
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const take = (files: Iterable<File> | null) => {
    const all = [...(files ?? [])].slice(0, multiple ? undefined : 1)
    if (all.length > 0) onFiles(all)
  }
  return (
    <section
      className={`panel ${className} ${over ? 'over' : ''}`}
      aria-label={label}
      onDragOver={(e) => {
        e.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault()
        setOver(false)
        take(e.dataTransfer.files)
      }}
    >
      {children(() => input.current?.click())}
      <input
        ref={input}
        type="file"
        hidden
        multiple={multiple}
        accept={accept}
        aria-label={chooser}
        onChange={(e) => {
          take(e.target.files)
          // the same file may be chosen once more
          e.target.value = ''
        }}
      />
    </section>
  )
}
