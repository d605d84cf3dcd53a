import type { NoticeItem } from '../../api/work-types.ts'

const HAN = ['', '', '两', '三', '四', '五', '六', '七', '八', '九']

/** That an item asks for more than the one thing a task answers, and for what. */
export const Several = ({ of: { demands } }: { of: Pick<NoticeItem, 'demands'> }) =>
  demands ? (
    <small>
      这一条有{HAN[demands.length] ?? ` ${demands.length} `}项要求，请逐条分解：
      {demands.map((d) => `“${d}”`).join('、')}
    </small>
  ) : null
