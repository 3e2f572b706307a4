/** What a header `User-Agent` tells of the program and its system, as far as people know them by name. */
export interface Program {
  readonly program: string | undefined
  readonly system: string | undefined
}

/** The first that matches decides: most browsers also name those that they descend from. */
const programs: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:A|iOS)?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//, 'Safari'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPod)\b/, 'iOS'],
  [/\biPad\b/, 'iPadOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/** A browser with its version, or the name that another program gives itself first: `curl/8.14.1` is `curl`. */
export function programOf(userAgent: string): Program {
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1]
  for (const [pattern, name] of programs) {
    const version = pattern.exec(userAgent)?.[1]
    if (version !== undefined) return { program: `${name} ${version}`, system }
  }
  return { program: /^[\w.-]{1,40}/.exec(userAgent)?.[0], system }
}
