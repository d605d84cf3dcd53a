import type { FastifyInstance } from 'fastify'
import { caDownloads } from '../tls/index.ts'

const page = (name: string, prefix: string) => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>安装根证书 · 治本</title>
<style>body{font:16px/1.7 system-ui,sans-serif;max-width:36em;margin:2em auto;padding:0 1em}
a{display:inline-block;margin:.3em 0;padding:.6em 1em;border:1px solid #1f5fbf;border-radius:6px;color:#1f5fbf;text-decoration:none}</style>
</head><body><h1>安装${name}根证书</h1>
<p>安装后，本机信任本县的治本平台，可以拍照、定位和离线使用。每台设备只需一次。安装前请向县局核对根证书指纹。</p>
<h2>安卓、鸿蒙、Windows</h2>
<p><a href="${prefix}/install/zhiben-ca.crt">下载 zhiben-ca.crt</a></p>
<p>手机：设置 → 安全 → 更多安全设置 → 从存储设备安装 → CA 证书，选刚下载的文件。电脑：双击，安装到“受信任的根证书颁发机构”。</p>
<h2>苹果手机和平板</h2>
<p><a href="${prefix}/install/zhiben-ca.mobileconfig">下载描述文件</a></p>
<p>设置 → 已下载描述文件 → 安装；再到 设置 → 通用 → 关于本机 → 证书信任设置，打开“治本 县级根证书”。</p>
<p><a href="${prefix}/">装好后，打开治本</a></p></body></html>`

/**
 * What phones need to trust a county's own root: a page that explains, and the two downloads.
 * @param ca PEM of the root
 */
export function serveInstall(app: FastifyInstance, ca: string, prefix: string): void {
  app.get('/install', async (_, reply) => reply.type('text/html; charset=utf-8').send(page('本县', prefix)))
  for (const d of Object.values(caDownloads(ca)))
    app.get(`/install/${d.fileName}`, async (_, reply) =>
      reply
        .type(d.contentType)
        .header('content-disposition', `attachment; filename="${d.fileName}"`)
        .header('cache-control', 'no-cache')
        .send(d.body),
    )
}
