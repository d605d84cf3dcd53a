import type { Town } from './types.ts'

export const COUNTY = '140525'

/** How many enterprises a town has by weight, roughly where it lies (WGS-84), and how its people sign in. */
const known: Record<string, { weight: number; lon: number; lat: number; username: string }> = {
  南村镇: { weight: 42, lon: 112.78, lat: 35.46, username: 'nancun' },
  下村镇: { weight: 14, lon: 112.63, lat: 35.6, username: 'xiacun' },
  大东沟镇: { weight: 22, lon: 112.66, lat: 35.54, username: 'dadonggou' },
  周村镇: { weight: 16, lon: 112.6, lat: 35.46, username: 'zhoucun' },
  犁川镇: { weight: 9, lon: 112.76, lat: 35.36, username: 'lichuan' },
  晋庙铺镇: { weight: 8, lon: 112.84, lat: 35.3, username: 'jinmiaopu' },
  金村镇: { weight: 40, lon: 112.93, lat: 35.5, username: 'jincun' },
  高都镇: { weight: 28, lon: 112.97, lat: 35.58, username: 'gaodu' },
  巴公镇: { weight: 58, lon: 112.86, lat: 35.63, username: 'bagong' },
  大阳镇: { weight: 16, lon: 112.73, lat: 35.68, username: 'dayang' },
  山河镇: { weight: 8, lon: 112.6, lat: 35.37, username: 'shanhe' },
  大箕镇: { weight: 11, lon: 112.84, lat: 35.41, username: 'daji' },
  柳树口镇: { weight: 7, lon: 113.05, lat: 35.43, username: 'liushukou' },
  北义城镇: { weight: 22, lon: 113.02, lat: 35.63, username: 'beiyicheng' },
  川底镇: { weight: 14, lon: 112.66, lat: 35.45, username: 'chuandi' },
  南岭镇: { weight: 8, lon: 112.55, lat: 35.33, username: 'nanling' },
}

export const placeOf = (town: Town) =>
  known[town.name] ?? { weight: 8, lon: 112.85, lat: 35.5, username: town.code }

/** Units of the bureau; a town's centre lies under the county so that its subtree is a range of keys. */
export const bureau = {
  root: `${COUNTY}/`,
  trade: `${COUNTY}/gongmao/`,
  mines: `${COUNTY}/kuangshan/`,
  enforcement: `${COUNTY}/zhifa/`,
}
export const centre = (town: string): string => `${COUNTY}/${town}/`
