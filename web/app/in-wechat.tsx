import { App } from 'antd'
import { useEffect } from 'react'

/** WeChat's own browser: signing in, reporting, photos and reading work in it, saving a file does not. */
const isWeChat = (): boolean => /MicroMessenger/i.test(navigator.userAgent)

/** In WeChat a link that would save a file, or print, says how to get out instead of doing nothing. */
export function InWeChat() {
  const { modal } = App.useApp()
  useEffect(() => {
    if (!isWeChat()) return
    const onClick = (e: MouseEvent) => {
      const link = e.target instanceof Element && e.target.closest('a[download]')
      if (!link) return
      e.preventDefault()
      e.stopPropagation()
      modal.info({
        title: '微信里不能保存文件',
        content: '请点右上角的“···”，选“在浏览器打开”（苹果手机选“在 Safari 中打开”），登录后再下载。',
        okText: '知道了',
      })
    }
    document.addEventListener('click', onClick, true)
    return () => document.removeEventListener('click', onClick, true)
  }, [modal])
  return null
}
