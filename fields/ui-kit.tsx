import { type ComponentType, createContext, type ReactNode, useContext } from 'react'
import type { Json } from '../engine/core/condition/ast.ts'
import type { FieldDef } from '../engine/core/definition.ts'
import type { FileRef } from './files/model.ts'

/** What a field type's `ui.tsx` gives: how a value is typed, read, and named in a filter. */
export interface FieldUi<V = unknown> {
  Input: ComponentType<InputProps<V>>
  Show: ComponentType<ShowProps<V>>
  Filter: ComponentType<FilterProps>
}

export interface InputProps<V> {
  id: string
  name: string
  def: FieldDef
  value: V | null | undefined
  onChange: (value: V | null) => void
  onBlur?: () => void
  invalid?: boolean
  /** id of the element that holds help and complaints */
  describedBy?: string
  disabled?: boolean
  /** the record being written: a `ref` reads its title there */
  row?: Record<string, unknown>
}

export interface ShowProps<V> {
  name: string
  def: FieldDef
  value: V
  row?: Record<string, unknown>
  /** in a list: one line, nothing to click but links */
  brief?: boolean
}

export interface FilterProps {
  id?: string
  def: FieldDef
  op: string
  value: Json | undefined
  onChange: (value: Json) => void
}

export interface Choice {
  value: string
  label: string
  note?: string
}

/** What inputs need from outside; the app provides it, so that fields know nothing of the app. */
export interface FieldServices {
  areas: Choice[]
  areaName: (code: string) => string
  /** supervising units by path; `id` is what tasks name them by */
  units: (Choice & { id: string })[]
  unitName: (path: string) => string
  /** records of a register by title, at most twenty */
  find: (register: string, text: string) => Promise<Choice[]>
  href: (register: string, id: string) => string
  upload: (file: File, taken?: Pick<FileRef, 'takenAt' | 'place'>) => Promise<FileRef>
  fileUrl: (id: string) => string
  /** the browser gives camera and position here */
  secure: boolean
}

const Services = createContext<FieldServices | null>(null)

export function FieldServicesProvider(props: { value: FieldServices; children: ReactNode }) {
  return <Services.Provider value={props.value}>{props.children}</Services.Provider>
}

export function useFieldServices(): FieldServices {
  const services = useContext(Services)
  if (!services) throw new Error('fields are drawn below FieldServicesProvider')
  return services
}

/** The attributes every input carries for screen readers and labels. */
export const aria = (p: Pick<InputProps<unknown>, 'id' | 'invalid' | 'describedBy' | 'def'>) => ({
  id: p.id,
  'aria-invalid': p.invalid || undefined,
  'aria-describedby': p.describedBy,
  'aria-required': p.def.required || undefined,
})

export const None = () => <span className="none">—</span>

/** A filter that takes several values. */
export const many = (op: string): boolean => op === 'in' || op === 'notIn' || op === 'hasAny'

export const strings = (value: Json | undefined): string[] =>
  Array.isArray(value)
    ? value.map(String)
    : value === undefined || value === null || value === ''
      ? []
      : [String(value)]
