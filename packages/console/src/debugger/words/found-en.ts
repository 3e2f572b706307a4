import {
  words as findings,
  keyFitWords as fits,
  headlineWords as headlines,
  kindWords as kinds,
  meanings,
} from 'latchkey/token/explain'
import type { FoundWords } from './words.ts'

export const foundWords: FoundWords = {
  ...{ findings, headlines, kinds, fits, meanings },
  fact: (value) => value,
}
