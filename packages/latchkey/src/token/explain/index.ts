export * from './codes.ts'
export { describe } from './describe.ts'
export { headlineWords, keyFitWords, kindWords, meanings, sentence, words } from './words.ts'
