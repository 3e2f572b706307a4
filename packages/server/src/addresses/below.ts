/** The address of a path below another one, whose slash at the end is not doubled (OpenID Connect Discovery 1.0 section 4.1). */
export function addressBelow(base: string, path: string): string {
  return `${base.endsWith('/') ? base.slice(0, -1) : base}/${path}`
}
