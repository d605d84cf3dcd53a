import type { Place } from './model.ts'

const why: Record<number, string> = {
  1: '没有获得定位权限，请在浏览器设置中允许本网站使用位置',
  2: '暂时无法定位，请到室外或稍后再试',
  3: '定位超时，请到室外或稍后再试',
}

/** Where the device is, WGS-84. Rejects with a Chinese sentence; browsers answer on secure origins only. */
export function locate(patience = 10_000): Promise<Place> {
  if (!navigator.geolocation || !isSecureContext)
    return Promise.reject(new Error('当前网址不是 https，浏览器不提供定位'))
  return new Promise((yes, no) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => yes({ lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }),
      (e) => no(new Error(why[e.code] ?? '无法定位')),
      { enableHighAccuracy: true, timeout: patience, maximumAge: 30_000 },
    ),
  )
}
