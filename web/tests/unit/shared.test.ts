import {afterEach, beforeAll, describe, expect, it, vi} from 'vitest'
import {address, post} from '@/shared/api'
import {cityParts, daysBetween, dueWords, leftWords, limitWords, number, percent, setZone, urgency, whenWords, type Offsets} from '@/shared/format'
import {problemText} from '@/shared/problem'
import {splitEvents} from '@/shared/sse'
import {loadWords, t} from '@/shared/words'
import {bodyOf, emptyValues, findings} from '@/ui/form'
import {scaleStep} from '@/ui/map'
import type {Field} from '@/shared/types'

const at = (text: string): number => new Date(text).getTime()
const NOW = at('2026-11-24T15:00:00+08:00')

const SHANGHAI: Offsets = [[Date.UTC(2000, 0, 1), 480]], KATHMANDU: Offsets = [[Date.UTC(2000, 0, 1), 345]]
const BOSTON: Offsets = [[Date.UTC(2000, 0, 1), -300], [Date.parse('2026-03-08T07:00:00Z'), -240], [Date.parse('2026-11-01T06:00:00Z'), -300]]

describe('times in plain words', () => {
  beforeAll(() => setZone(SHANGHAI))
  it.each([
    ['2026-11-24T18:00:00+08:00', '今天晚上6点前', 'by 18:00 today'],
    ['2026-11-25T10:00:00+08:00', '明天上午10点前', 'by 10:00 tomorrow'],
    ['2026-11-25T12:00:00+08:00', '明天中午12点前', 'by 12:00 tomorrow'],
    ['2026-11-25T08:30:00+08:00', '明天早上8点30分前', 'by 08:30 tomorrow'],
    ['2026-11-23T09:05:00+08:00', '昨天上午9点5分前', 'by 09:05 yesterday'],
    ['2026-11-28T00:00:00+08:00', '星期六凌晨0点前', 'by 00:00 Saturday'],
    ['2027-01-02T20:30:00+08:00', '2027年1月2日晚上8点30分前', 'by 20:30 2 January 2027'],
  ])('%s', async (due, zh, en) => {
    await loadWords('zh', [])
    expect(dueWords(due, NOW)).toBe(zh)
    await loadWords('en', [])
    expect(dueWords(due, NOW)).toBe(en)
  })
  it('counts days by the calendar of the city, not by 24 hours', () => {
    expect(daysBetween(at('2026-11-24T23:59:00+08:00'), at('2026-11-25T00:01:00+08:00'))).toBe(1)
    expect(daysBetween(at('2026-11-24T00:01:00+08:00'), at('2026-11-24T23:59:00+08:00'))).toBe(0)
  })
  it('follows the clocks of the city where they change', () => {
    setZone(BOSTON)
    const clock = (text: string): string => { const p = cityParts(at(text)); return `${p.day} ${p.hour}:${p.minute}` }
    expect(['2026-03-08T06:59:00Z', '2026-03-08T07:00:00Z', '2026-11-01T05:59:00Z', '2026-11-01T06:00:00Z'].map(clock)).toEqual(['8 1:59', '8 3:0', '1 1:59', '1 1:0'])
    setZone(KATHMANDU)
    expect(clock('2026-11-24T18:14:59Z')).toBe('24 23:59')
    setZone(SHANGHAI)
  })
  it('says how long ago, and how late', async () => {
    await loadWords('en', [])
    expect(whenWords(NOW - 30_000, NOW)).toBe('just now')
    expect(whenWords(NOW - 60_000, NOW)).toBe('1 minute ago')
    expect(leftWords(new Date(NOW - 3 * 86_400_000).toISOString(), NOW)).toBe('3 days late')
    expect(limitWords(480, 'work_minutes')).toBe('8 working hours')
    expect(limitWords(2, 'work_days')).toBe('2 working days')
  })
  it('tells late from soon from fine', () => {
    const in_ = (ms: number): string => new Date(NOW + ms).toISOString()
    expect(urgency(in_(-1), null, null, NOW)).toBe('late')
    expect(urgency(in_(1_800_000), null, null, NOW)).toBe('soon')
    expect(urgency(in_(10 * 86_400_000), in_(-86_400_000), null, NOW)).toBe('fine')
    expect(urgency(in_(-1), null, in_(-2), NOW)).toBe('none')
  })
})

describe('server-sent events', () => {
  it('keeps what is not whole, joins data, skips heartbeats', () => {
    const first = splitEvents(': beat\n\nid: 7\nevent: put\ndata: {"a":\ndata: 1}\n\nid: 8\ndata: ha')
    expect(first.events).toEqual([{id: '7', event: 'put', data: '{"a":\n1}'}])
    expect(splitEvents(first.rest + 'lf\r\n\r\n').events).toEqual([{id: '8', event: 'message', data: 'half'}])
  })
})

describe('forms from the description of an action', () => {
  const field = (f: Partial<Field>): Field => ({name: 'x', label: 'X', type: 'text', required: false, ...f})
  it('asks for what is required and refuses what is too long, by characters', () => {
    const fields = [field({name: 'a', required: true}), field({name: 'b', max: 2}), field({name: 'm', type: 'media', required: true})]
    const values = emptyValues(fields)
    expect(Object.keys(findings(fields, values))).toEqual(['a', 'm'])
    expect(Object.keys(findings(fields, {...values, a: 'x', b: '𠮷𠮷', m: [new Blob()]}))).toEqual([])
    expect(Object.keys(findings(fields, {...values, a: ' ', b: '三个字', m: [new Blob()]}))).toEqual(['a', 'b'])
  })
  it('makes the body: lists stay lists, single codes do not, empty fields are left out', () => {
    const fields = [field({name: 'u', type: 'unit'}), field({name: 'us', type: 'units'}), field({name: 'n', type: 'number'}), field({name: 'e'}), field({name: 'm', type: 'media'})]
    expect(bodyOf(fields, {u: ['a'], us: ['a', 'b'], n: '5', e: '  ', m: []}, {m: ['id1']})).toEqual({u: 'a', us: ['a', 'b'], n: 5, m: ['id1']})
  })
})

describe('fields that the server fills in, and fields of several values', () => {
  const field = (f: Partial<Field>): Field => ({name: 'x', label: 'X', type: 'text', required: false, ...f})
  it('never asks for what is taken down, and never sends it', () => {
    const fields = [field({name: 'urgent', type: 'cases', required: true}), field({name: 'remarks'})]
    expect(findings(fields, emptyValues(fields))).toEqual({})
    expect(bodyOf(fields, {urgent: 'JT2026112400001', remarks: '东门'}, {})).toEqual({remarks: '东门'})
  })
  it('keeps several values a list, also where one is chosen; asks for one where one is needed', () => {
    const fields = [field({name: 'c', type: 'choice', many: true, required: true}), field({name: 'k', type: 'category', many: true}), field({name: 'a', type: 'area', many: true}), field({name: 'one', type: 'choice'})]
    const empty = emptyValues(fields)
    expect(empty).toEqual({c: [], k: [], a: [], one: ''})
    expect(Object.keys(findings(fields, empty))).toEqual(['c'])
    expect(bodyOf(fields, {c: ['x'], k: ['m01', 'm02'], a: [], one: 'y'}, {})).toEqual({c: ['x'], k: ['m01', 'm02'], one: 'y'})
  })
})

describe('small things', () => {
  it('leaves empty parameters out of an address', () => {
    expect(address('/x', {q: 'a b', n: 0, no: '', none: null})).toBe('/x?q=a%20b&n=0')
  })
  it('spreads skewed counts over the scale', () => {
    expect([0, 1, 25, 100].map((n) => scaleStep(n, 100))).toEqual([0, 1, 3, 5])
  })
  it('chooses the plural', async () => {
    await loadWords('en', [])
    expect([t('map.cases', {n: 1}), t('map.cases', {n: 2})]).toEqual(['1 case', '2 cases'])
  })
})

describe('numbers', () => {
  beforeAll(() => loadWords('en', []))
  it.each([[0, 0, '0'], [999, 0, '999'], [1000, 0, '1,000'], [1234567, 0, '1,234,567'], [-1234.56, 1, '-1,234.6'], [-0.04, 1, '0.0'], [12.5, 2, '12.50']])('%s', (n, digits, text) => {
    expect(number(n, digits)).toBe(text)
  })
  it.each([[0, '0%'], [0.125, '12.5%'], [0.5, '50%'], [0.9996, '100%'], [1.2, '120%']])('%s as a share', (share, text) => {
    expect(percent(share)).toBe(text)
  })
})

describe('a refusal as a sentence', () => {
  afterEach(() => vi.unstubAllGlobals())
  const refused = async (status: number, body: object): Promise<string> => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body), {status})))
    return post('/cases/JT1/actions/sign', {}).then(() => '', problemText)
  }
  it('says what can be done instead, and by whom', async () => {
    const more = '“签收”由区城市管理局（承办单位经办人）办理。您现在可以：改派、备注。'
    expect(await refused(403, {code: 'not_allowed', detail: '您不能这样做。', more})).toBe('您不能这样做。 ' + more)
    expect(await refused(422, {code: 'taken_back', detail: '上级已收回。', more: '依据清单事项 T05', hint: '由该单位承办: 城管局'}))
      .toBe('上级已收回。 依据清单事项 T05 由该单位承办: 城管局')
  })
  it('leaves what changed in the meantime to the list of changes', async () => {
    expect(await refused(409, {code: 'version', detail: '内容已被别人更新。', more: '3: 派遣'})).not.toContain('派遣')
  })
})
