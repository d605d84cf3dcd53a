import { ShownOnce } from '../../parts/shown-once.tsx'
import type { OneTime } from './api.ts'

/** The one-time password: shown once, then nowhere. */
export const Password = ({ of, onClose }: { of: OneTime; onClose: () => void }) => (
  <ShownOnce
    label="一次性密码"
    value={of.oneTimePassword}
    lead={`“${of.username}”的一次性密码只显示这一次，请现在复制，当面或用电话告诉本人：`}
    note={<small>首次登录须换成自己的密码。没有记下的，可再重设一次。</small>}
    ask={{ title: '一次性密码还没有记下？', note: '离开后不再显示，只能再重设一次。', leave: '已记下，离开' }}
    done="我已记下"
    onDone={onClose}
  />
)
