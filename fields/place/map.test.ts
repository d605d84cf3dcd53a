import { expect, it } from 'vitest'
import { mapWays } from './map.ts'

it('hands a place over with the name of its coordinates, longitude first where the map wants it', () => {
  const place = { lon: 112.8512345678, lat: 35.49, accuracy: 8 }
  const [app, web] = mapWays(place, true)
  expect(app).toEqual({ label: '手机地图应用', crs: 'WGS-84', href: 'geo:35.490000,112.851235' })
  const url = new URL(web?.href ?? '')
  expect(url.searchParams.get('position')).toBe('112.851235,35.490000')
  expect(url.searchParams.get('coordinate')).toBe('wgs84')
  expect(web).toMatchObject({ label: '高德地图网页', crs: 'GCJ-02' })
  // a desk has no application that takes a place
  expect(mapWays(place, false).map((w) => w.href)).toEqual([web?.href])
})
