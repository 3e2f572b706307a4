/** The languages of the console. */
export type Language = 'en' | 'zh-Hant'

type Catalogue = Readonly<Record<string, string | ((...values: never[]) => string)>>

/** The same names as `English`, each with a text or a function that takes the same values. */
export type Words<English> = {
  readonly [Name in keyof English]: English[Name] extends (...values: infer Values) => string
    ? (...values: Values) => string
    : string
}

export type Translated<Value> = Readonly<Record<Language, Value>>

/** Words in every language. A word that is missing in one language does not compile. */
export function translations<English extends Catalogue>(
  en: English,
  zhHant: Words<NoInfer<English>>,
): Translated<Words<English>> {
  // The compiler cannot see that `English` itself fulfils `Words<English>`.
  return { en: en as unknown as Words<English>, 'zh-Hant': zhHant }
}
