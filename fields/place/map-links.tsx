import { mapWays } from './map.ts'
import type { Place } from './model.ts'

/** Phones have applications that take a place. */
const coarse = () => matchMedia('(pointer: coarse)').matches

/** Links to a map, each saying what opens and in which coordinates; opened apart and without telling where from. */
export const MapLinks = ({ place }: { place: Place }) => (
  <span className="map-links">
    {mapWays(place, coarse()).map((w) => (
      <a key={w.href} href={w.href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer">
        {w.label}（{w.crs}）
      </a>
    ))}
  </span>
)
