/**
 * Under which path the product stands: empty at the root of its host, `/zhiben` behind a gateway that gives it that
 * path. The server writes it into the page (engine/http/web.ts).
 */
export const prefix: string =
  globalThis.document?.querySelector<HTMLMetaElement>('meta[name="prefix"]')?.content ?? ''

/** The address of one of our own paths (`/api/…`, `/tasks/…`), for whatever does not go through the router. */
export const at = (path: string): string => `${prefix}${path}`
