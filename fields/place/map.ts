import type { Place } from './model.ts'

/** A way to see a place on a map: what opens, and in which coordinates the place is handed over. */
export interface MapWay {
  label: string
  /** the coordinates in which the map shows it */
  crs: string
  href: string
}

const degrees = (n: number) => n.toFixed(6)

/**
 * Where a place can be looked at. Nothing is asked of these servers until somebody touches the link. Places are kept in
 * WGS-84; 高德 is told so and moves them to its GCJ-02 itself, an application of the phone takes WGS-84 (RFC 5870).
 */
export function mapWays({ lon, lat }: Place, phone: boolean): MapWay[] {
  const web = new URLSearchParams({
    position: `${degrees(lon)},${degrees(lat)}`,
    coordinate: 'wgs84',
    callnative: '0',
  })
  return [
    ...(phone ? [{ label: '手机地图应用', crs: 'WGS-84', href: `geo:${degrees(lat)},${degrees(lon)}` }] : []),
    { label: '高德地图网页', crs: 'GCJ-02', href: `https://uri.amap.com/marker?${web}` },
  ]
}
