import type { Level } from '../../engine/core/definition.ts'
import { riskColours } from '../app/theme.ts'

/** The four colours of risk as the state prints them (红橙黄蓝); letters belong to a scheme, colours to the level. */
const colourOf: Record<Level, string> = { 重大: '红', 较大: '橙', 一般: '黄', 低: '蓝' }

export const isLevel = (v: unknown): v is Level => typeof v === 'string' && v in colourOf

/** A level in its colour, always with its word; the scheme's letter before it where it is known. */
export function Risk({ level, letter, colour }: { level: unknown; letter?: string; colour?: string }) {
  if (!isLevel(level)) return <span className="risk plain">未定级</span>
  return (
    <span className={`risk ${riskColours[colour ?? colourOf[level]] ?? 'plain'}`}>
      {letter ? `${letter} ` : ''}
      {level}
    </span>
  )
}

/** A hazard is 重大 or 一般: only the first is a colour. */
export const HazardLevel = ({ level }: { level: unknown }) =>
  level === '重大' ? (
    <span className="risk red">重大</span>
  ) : level ? (
    <span className="risk plain">{String(level)}</span>
  ) : (
    <span className="risk plain">未判级</span>
  )
