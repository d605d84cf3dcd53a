import { Button } from 'antd'
import { useRef, useState } from 'react'
import { systemClock } from '../engine/core/clock.ts'
import type { FileRef } from './files/model.ts'
import { locate } from './place/locate.ts'
import { type InputProps, useFieldServices } from './ui-kit.tsx'

const most = 20
const largest = 20 * 1024 * 1024
/** Milliseconds from the shutter to the page. */
const JUST_TAKEN = 10 * 60_000

/**
 * Uploads as soon as a file is chosen, so that saving the form is quick. Photos taken with the camera carry
 * the time and, on secure origins, the place: that is what lifts a fact from claimed to evidenced (design §3.5).
 */
export function FileList(p: InputProps<FileRef[]> & { accept: string; what: string }) {
  const services = useFieldServices()
  const [going, setGoing] = useState<string[]>([])
  const [failed, setFailed] = useState<string[]>([])
  const camera = useRef<HTMLInputElement>(null)
  const chooser = useRef<HTMLInputElement>(null)
  const photos = p.accept.startsWith('image')
  const value = p.value ?? []
  const latest = useRef(value)
  latest.current = value

  const add = async (list: FileList_ | null, taken: boolean) => {
    const files = [...(list ?? [])]
    setFailed([])
    const place = taken && services.secure ? await locate(6000).catch(() => undefined) : undefined
    for (const file of files) {
      if (latest.current.length >= most)
        return setFailed((f) => [...f, `最多 ${most} 个，“${file.name}”未上传`])
      if (file.size > largest) {
        setFailed((f) => [...f, `“${file.name}”超过 20 MB，请压缩后再传`])
        continue
      }
      setGoing((g) => [...g, file.name])
      try {
        // some browsers offer the album where the camera was asked for: an old picture was not taken here and now
        const now = taken && Math.abs(systemClock.now().getTime() - file.lastModified) < JUST_TAKEN
        const takenAt = now ? new Date(file.lastModified).toISOString() : undefined
        const where = now ? place : undefined
        const kept = await services.upload(file, {
          ...(takenAt && { takenAt }),
          ...(where && { place: where }),
        })
        if (!latest.current.some((f) => f.id === kept.id)) {
          latest.current = [...latest.current, kept]
          p.onChange(latest.current)
        }
      } catch (e) {
        setFailed((f) => [...f, `“${file.name}”没有传上去：${(e as Error).message}`])
      }
      setGoing((g) => g.filter((n) => n !== file.name))
    }
  }

  const picker = (ref: typeof camera, taken: boolean) => (
    <input
      ref={ref}
      type="file"
      hidden
      multiple={!taken}
      accept={p.accept || undefined}
      capture={taken ? 'environment' : undefined}
      aria-label={`${p.def.label}：${taken ? '拍照' : '选择文件'}`}
      onChange={(e) => {
        void add(e.target.files, taken)
        e.target.value = ''
      }}
    />
  )

  return (
    <fieldset
      className="bare file-list"
      id={p.id}
      aria-label={p.def.label}
      tabIndex={-1}
      aria-describedby={p.describedBy}
    >
      {value.length > 0 && (
        <ul className={photos ? 'photos' : 'files'}>
          {value.map((f) => (
            <li key={f.id}>
              {photos ? <img src={services.fileUrl(f.id)} alt={f.name} /> : <span>{f.name}</span>}
              <Button
                size="small"
                type="text"
                disabled={p.disabled}
                aria-label={`移除 ${f.name}`}
                onClick={() => p.onChange(value.filter((x) => x.id !== f.id))}
              >
                移除
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="file-buttons">
        {photos && (
          <Button className="camera" disabled={p.disabled} onClick={() => camera.current?.click()}>
            拍照
          </Button>
        )}
        <Button disabled={p.disabled} onClick={() => chooser.current?.click()}>
          选择{p.what}
        </Button>
        {going.length > 0 && <span role="status">正在上传 {going.length} 个…</span>}
      </div>
      {photos && !services.secure && (
        <small className="note">当前网址不是 https：照片可以上传，但不带定位，只能作为“自报”。</small>
      )}
      {failed.map((f) => (
        <small key={f} role="alert" className="complaint">
          {f}
        </small>
      ))}
      {picker(camera, true)}
      {picker(chooser, false)}
    </fieldset>
  )
}

type FileList_ = globalThis.FileList
