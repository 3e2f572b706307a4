import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { cellText } from '../../../cells.ts'
import { attributeColumn, personMembers, RecordFault, readPerson } from '../transferred-person.ts'
import { recordOf } from './json-sources.ts'
import type { Source, SourceRecord } from './source.ts'

/** A line or a row has less than this. */
const longestLine = 64 * 1024

/** One account a line, as `latchkey users export` writes them. */
export const ndjsonSource: Source = async function* (chunks) {
  let rest = ''
  let number = 0
  const read = (line: string) => recordOf(`line ${number}`, line, readPerson)
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      number += 1
      if (line.trim() !== '') yield read(line)
    }
    if (rest.length > longestLine) throw new RecordFault(`line ${number + 1} does not end`)
  }
  number += 1
  if (rest.trim() !== '') yield read(rest)
}

/** A table with a line of names, in any order: RFC 4180, in UTF-8. */
export const csvSource: Source = async function* (chunks) {
  const rows = Readable.from(chunks).pipe(
    parse({
      bom: true,
      info: true,
      skip_empty_lines: true,
      // What is too short or too long is told with its line, and the rest is read.
      relax_column_count: true,
      max_record_size: longestLine,
    }),
  )
  let names: readonly string[] | undefined
  try {
    for await (const { record, info } of rows as AsyncIterable<Row>) {
      if (names === undefined) names = namesIn(record)
      else yield recordOfRow(names, record, `line ${info.lines}`)
    }
  } catch (error) {
    if (error instanceof CsvError) throw new RecordFault(error.message)
    throw error
  }
}

interface Row {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

function namesIn(head: readonly string[]): readonly string[] {
  const names = head.map((name) => name.trim().toLowerCase())
  const unknown = names.find((name) => !personMembers.includes(name) && !name.startsWith(attributeColumn))
  if (unknown !== undefined) {
    throw new RecordFault(
      `there is no column ${unknown}; there are ${personMembers.join(', ')} and ${attributeColumn}<key>`,
    )
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new RecordFault(`the column ${twice} is there twice`)
  if (!names.includes('username')) throw new RecordFault('there is no column username')
  return names
}

function recordOfRow(names: readonly string[], cells: readonly string[], place: string): SourceRecord {
  const username = cellText(cells[names.indexOf('username')] ?? '')
  if (cells.length !== names.length) {
    const detail = `it has ${cells.length} cells, and the first line has ${names.length}`
    return { kind: 'fault', place, username, detail }
  }
  const values: Record<string, string> = {}
  const record: Record<string, unknown> = {}
  for (const [at, name] of names.entries()) {
    const cell = cellText(cells[at] ?? '')
    if (cell === '') continue
    if (name.startsWith(attributeColumn)) values[name.slice(attributeColumn.length)] = cell
    else record[name] = cellValue(name, cell)
  }
  if (Object.keys(values).length > 0) record.attributes = values
  try {
    return { kind: 'person', place, person: readPerson(record) }
  } catch (error) {
    if (!(error instanceof RecordFault)) throw error
    return { kind: 'fault', place, username, detail: error.message }
  }
}

function cellValue(name: string, cell: string): unknown {
  if (name === 'addresses') return cell.trim().split(/\s+/)
  return name === 'disabled' ? flagOf(cell) : cell
}

/** Undecided texts stay as they are, and are refused by the schema. */
function flagOf(cell: string): unknown {
  const text = cell.toLowerCase()
  return text === 'true' || (text === 'false' ? false : cell)
}
