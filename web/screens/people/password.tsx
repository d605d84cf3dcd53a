import { App, Button, Input } from 'antd'
import { Guard } from '../../parts/guard.tsx'
import { Say } from '../../parts/say.tsx'
import type { OneTime } from './api.ts'

/** The one-time password: shown once, then nowhere. */
export function Password({ of, onClose }: { of: OneTime; onClose: () => void }) {
  const { message } = App.useApp()
  return (
    <>
      <Guard
        when
        title="一次性密码还没有记下？"
        note="离开后不再显示，只能再重设一次。"
        leave="已记下，离开"
      />
      <Say act={<Button onClick={onClose}>我已记下</Button>}>
        <b>“{of.username}”的一次性密码只显示这一次，请现在复制，当面或用电话告诉本人：</b>
        <Input
          aria-label="一次性密码"
          readOnly
          className="code"
          value={of.oneTimePassword}
          onFocus={(e) => e.target.select()}
          suffix={
            navigator.clipboard ? (
              <button
                type="button"
                className="link"
                onClick={() =>
                  void navigator.clipboard
                    .writeText(of.oneTimePassword)
                    .then(() => message.success('已复制'))
                    .catch(() => message.error('浏览器不让复制，请选中后手工复制'))
                }
              >
                复制
              </button>
            ) : undefined
          }
        />
        <small>首次登录须换成自己的密码。没有记下的，可再重设一次。</small>
      </Say>
    </>
  )
}
