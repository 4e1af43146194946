/** What somebody pasted, a chat message or a row of a table, as the fields of a report. Pure; it finds what is plainly
 * there and leaves the rest in the text. A telephone number never stays in the text, where others read it. The words it
 * goes by stand in paste.json. */
import words from './paste.json'

export interface Pasted { text: string; address: string; phone: string; name: string }

const HAN = '\\u4e00-\\u9fa5', COMMA = '[,\\uff0c.\\u3002;\\uff1b\\u3001!\\uff01:\\uff1a]', COLON = '[:\\uff1a]'
const any = (list: string[]): string => `(?:${[...list].sort((a, b) => b.length - a.length).join('|')})`

const PHONE = /(?<![\d-])(?:(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8})(?!\d)/
const PLACE = any(words.places)
const ADDRESS = new RegExp(`[${HAN}]{1,10}?${PLACE}(?:${any(words.ands)}[${HAN}]{1,8}?${any(words.roads)})?(?:[${HAN}]{1,6}?${PLACE})*` +
  `(?:[A-Za-z0-9-]+${any(words.units)})*${any(words.spots)}?`)
const OPENS = new RegExp(`^(?:${any(words.opens)}(?:${COMMA}|\\s)*)+`)
const ARTICLE = new RegExp(`^${any(words.articles)}`)
const [YEAR, MONTH, DAY] = words.date_marks as [string, string, string]
const ON_DAY = `\\d{4}[-/.${YEAR}]\\d{1,2}(?:[-/.${MONTH}]\\d{1,2})?${DAY}?`, AT_TIME = '\\d{1,2}:\\d{2}(?::\\d{2})?'
const WHEN = new RegExp(`^(?:${ON_DAY}(?:[ T]+${AT_TIME})?|${AT_TIME})$`)
const CHAT_HEAD = new RegExp(`^(?:(.{1,20}?)[ \\t]+)?(?:${ON_DAY}[ T]*)?(?:${any(words.days)}[ ]*)*${AT_TIME}$`)
const CHAT_MARK = new RegExp(`\\[${any(words.chat_marks)}[^\\]]*\\]`, 'gi')
const TITLED = `[${HAN}]{1,3}${any(words.persons)}`
const PERSON = new RegExp(`^(?:${TITLED}|[${HAN}]{2,4})$`), SPEAKER = new RegExp(`^(${TITLED})${COLON}\\s*(.*)$`)
const ANNOUNCED = new RegExp(`(?:${COMMA}|[(\\uff08 ])*(?:${any(words.announces_phone)}|[ ])*${COLON}?[ ]*$`, 'i')
const EDGES = new RegExp(`^(?:${COMMA}|\\s)+|(?:[,\\uff0c;\\uff1b\\u3001:\\uff1a]|\\s)+$`, 'g')
const SERIAL = /^(?:[A-Za-z]{0,4}\d{1,20}\.?)$/
const WESTERN = new RegExp(`\\b${any(words.western_places)}\\b`, 'i')

const digits = (s: string): string => s.replace(/[- ]/g, '').replace(/^\+?86(?=1\d{10}$)/, '')
const isPlace = (s: string): boolean => new RegExp(PLACE).test(s) || WESTERN.test(s)

/** Takes the first telephone number out of a text, with the words that announce it. */
function takePhone(text: string): {phone: string; rest: string} {
  const m = PHONE.exec(text)
  if (!m) return {phone: '', rest: text}
  const before = text.slice(0, m.index).replace(ANNOUNCED, ''), after = text.slice(m.index + m[0].length).replace(/^[)\uff09]/, '')
  return {phone: digits(m[0]), rest: before + after}
}

function tidy(text: string): string {
  return text.replace(CHAT_MARK, '').replace(/[ \t]+\n/g, '\n').replace(/\n{2,}/g, '\n').replace(EDGES, '').trim()
}

/** The first place that a text plainly names. */
export function findAddress(text: string): string {
  const m = ADDRESS.exec(text.replace(OPENS, ''))
  return m ? m[0].replace(OPENS, '').replace(ARTICLE, '') : ''
}

/** "label: value" as the field it names. */
function labelled(line: string): [keyof Pasted, string] | null {
  const m = new RegExp(`^\\s*[\\u3010[]?([${HAN}A-Za-z ]{1,12})[\\u3011\\]]?\\s*${COLON}\\s*(.*)$`).exec(line)
  if (!m) return null
  const label = (m[1] as string).trim().toLowerCase()
  const field = (Object.keys(words.labels) as (keyof Pasted)[]).find((f) => words.labels[f].includes(label))
  return field ? [field, (m[2] as string).trim()] : null
}

/** A row of a table: the longest cell is what it is about. */
function fromCells(cells: string[]): Pasted {
  const out: Pasted = {text: '', address: '', phone: '', name: ''}
  const rest: string[] = []
  for (const cell of cells.map((c) => c.trim()).filter(Boolean)) {
    const phone = cell.length < 24 ? PHONE.exec(cell) : null
    if (!out.phone && phone) out.phone = digits(phone[0])
    else if (WHEN.test(cell) || SERIAL.test(cell)) continue
    else if (!out.name && PERSON.test(cell) && !isPlace(cell)) out.name = cell
    else rest.push(cell)
  }
  rest.sort((a, b) => b.length - a.length)
  out.address = rest.slice(1).find(isPlace) ?? ''
  out.text = rest.find((c) => c !== out.address) ?? out.address
  return out
}

/** Lines of a chat or of a filled-in form. */
function fromLines(lines: string[]): Pasted {
  const out: Pasted = {text: '', address: '', phone: '', name: ''}
  const said: string[] = []
  for (const line of lines) {
    const head = CHAT_HEAD.exec(line.trim()), field = labelled(line)
    if (head) {
      if (head[1] && new RegExp(`^${TITLED}$`).test(head[1])) out.name ||= head[1]
    } else if (field && field[0] !== 'text') {
      out[field[0]] = field[0] === 'phone' ? digits(field[1]) : field[1]
    } else {
      const chat = field ? null : SPEAKER.exec(line.trim())
      if (chat) out.name ||= chat[1] as string
      said.push(field ? field[1] : chat ? chat[2] as string : line)
    }
  }
  out.text = tidy(said.join('\n'))
  return out
}

/** in: what was pasted. out: fields; those that were not found are empty. */
export function parsePasted(pasted: string): Pasted {
  const lines = pasted.replace(/\r\n?/g, '\n').split('\n').filter((l) => l.trim()), only = lines[0] ?? ''
  const out = lines.length === 1 && only.includes('\t') ? fromCells(only.split('\t')) : fromLines(lines)
  for (let found = takePhone(out.text); found.phone; found = takePhone(out.text)) {
    out.phone ||= found.phone
    out.text = tidy(found.rest)
  }
  out.text = tidy(out.text)
  out.address ||= findAddress(out.text)
  return out
}

/** Whether a pasted text has something to take apart: several lines, cells, or a telephone number. */
export function isRich(pasted: string): boolean {
  return /[\n\t]/.test(pasted.trim()) || PHONE.test(pasted)
}
