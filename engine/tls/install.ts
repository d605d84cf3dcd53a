/** What a phone needs to trust the county's root: the certificate in the forms Android and iOS take. */
import { X509Certificate } from 'node:crypto'
import { renderUnicodeCompact } from 'uqr'

export interface CaDownload {
  fileName: string
  contentType: string
  body: Buffer
}

/** A stable identifier in the form of a UUID, from the root's fingerprint: the same root replaces itself. */
function uuidFrom(fingerprint: string, salt: string): string {
  const hex = (salt + fingerprint.replaceAll(':', '')).slice(0, 32).toUpperCase().padEnd(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/**
 * The two downloads: `crt` (DER) for Android, HarmonyOS and desktops, `mobileconfig` for iOS, which installs
 * a root from a profile only.
 * @param ca PEM of the root
 */
export function caDownloads(ca: string): { crt: CaDownload; mobileconfig: CaDownload } {
  const cert = new X509Certificate(ca)
  const base64 = cert.raw.toString('base64')
  const profile = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
  <key>PayloadContent</key><array><dict>
    <key>PayloadCertificateFileName</key><string>zhiben-ca.crt</string>
    <key>PayloadContent</key><data>${base64}</data>
    <key>PayloadDisplayName</key><string>治本 县级根证书</string>
    <key>PayloadIdentifier</key><string>cn.zhiben.ca.root</string>
    <key>PayloadType</key><string>com.apple.security.root</string>
    <key>PayloadUUID</key><string>${uuidFrom(cert.fingerprint256, 'a')}</string>
    <key>PayloadVersion</key><integer>1</integer>
  </dict></array>
  <key>PayloadDescription</key><string>安装后，手机信任本县治本平台，可以拍照、定位和离线使用。</string>
  <key>PayloadDisplayName</key><string>治本 县级根证书</string>
  <key>PayloadIdentifier</key><string>cn.zhiben.ca</string>
  <key>PayloadRemovalDisallowed</key><false/>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadUUID</key><string>${uuidFrom(cert.fingerprint256, 'b')}</string>
  <key>PayloadVersion</key><integer>1</integer>
</dict></plist>
`
  return {
    crt: { fileName: 'zhiben-ca.crt', contentType: 'application/x-x509-ca-cert', body: cert.raw },
    mobileconfig: {
      fileName: 'zhiben-ca.mobileconfig',
      contentType: 'application/x-apple-aspen-config',
      body: Buffer.from(profile, 'utf8'),
    },
  }
}

/** A QR code of `url` drawn with block characters, for a dark or a light terminal alike. */
export const terminalCode = (url: string) => renderUnicodeCompact(url, { border: 2 })
