/** Photos of a form: made small, sent while the rest is written, shown, taken out again. The form carries their ids. */
import {shrink} from '@/shared/photo'
import {button, make, word} from './dom'

interface Photo { id: string; line: HTMLLIElement; failed: boolean; work: Promise<void> | null; address: string }

/** Sends one photo. out: its id. errors: the server's sentence, or an empty one without connection. */
function send(photo: Blob, progress: (share: number) => void, started: (r: XMLHttpRequest) => void): Promise<string> {
  return new Promise((ok, bad) => {
    const r = new XMLHttpRequest()
    r.open('POST', '/api/v1/media')
    r.setRequestHeader('Content-Type', photo.type || 'application/octet-stream')
    r.setRequestHeader('Accept-Language', document.documentElement.lang)
    r.upload.onprogress = (e) => { if (e.lengthComputable) progress(e.loaded / e.total) }
    r.onerror = r.ontimeout = r.onabort = () => bad(new Error(''))
    r.onload = () => {
      let answer: {id?: string; detail?: string; title?: string} = {}
      try { answer = JSON.parse(r.responseText) as typeof answer } catch { /* no answer of ours */ }
      if (r.status === 201 && answer.id) ok(answer.id)
      else bad(new Error(answer.detail ?? answer.title ?? ''))
    }
    r.timeout = 120_000
    started(r)
    r.send(photo)
  })
}

export class PhotoField {
  private readonly photos: Photo[] = []
  private readonly list = make('ul', {class: 'photo-list'})
  private readonly input: HTMLInputElement
  private readonly name: string
  private readonly said = make('p', {class: 'bad', role: 'alert'})
  private readonly door: HTMLLabelElement

  constructor(private readonly e: HTMLElement, private readonly changed: () => void) {
    this.input = e.querySelector('input[type=file]') as HTMLInputElement
    this.name = e.dataset.photos as string
    this.door = make('label', {for: this.input.id, class: 'button quiet small'})
    const kept = e.querySelector('.kept-photos')
    for (const k of e.querySelectorAll<HTMLInputElement>('.kept-photos input:checked')) this.addKept(k.value)
    kept?.remove()
    this.said.hidden = true
    this.input.classList.add('visually-hidden') // its own words are the browser's, not the page's
    this.input.after(this.door)
    e.append(this.list, this.said)
    this.input.addEventListener('change', () => this.take())
    this.dress()
  }

  get ids(): string[] { return this.photos.map((p) => p.id).filter(Boolean) }
  get busy(): boolean { return this.photos.some((p) => p.work !== null) }

  /** Resolves when nothing is on its way any more. out: whether all have arrived. */
  async ready(): Promise<boolean> {
    for (const p of this.photos) if (p.work) await p.work
    return this.photos.every((p) => p.id !== '')
  }

  /** A photo that the server has already. */
  addKept(id: string): void {
    const p = this.line()
    p.id = id
    this.show(p, word(this.e, 'sent', {n: this.photos.length}))
    p.line.append(this.hidden(id))
  }

  private take(): void {
    const room = Number(this.e.dataset.max) - this.photos.length, files = [...this.input.files ?? []]
    this.input.value = ''
    for (const f of files.slice(0, room)) void this.add(f)
    this.tell(files.length > room ? word(this.e, 'full') : '')
  }

  private async add(file: File): Promise<void> {
    const p = this.line(), n = this.photos.length
    this.show(p, word(this.e, 'sending', {n}))
    const small = await shrink(file)
    if (small !== file) {
      p.address = URL.createObjectURL(small)
      p.line.prepend(make('img', {src: p.address, alt: ''}))
    }
    this.post(p, small, n)
    await p.work
  }

  private post(p: Photo, small: Blob, n: number): void {
    const bar = make('progress', {max: '1', value: '0', 'aria-label': word(this.e, 'sending', {n})})
    let request: XMLHttpRequest | null = null
    p.failed = false
    this.show(p, word(this.e, 'sending', {n}), bar)
    p.line.addEventListener('taken-out', () => request?.abort())
    p.work = send(small, (share) => { bar.value = share }, (r) => { request = r }).then((id) => {
      p.id = id
      p.line.append(this.hidden(id))
      this.show(p, word(this.e, 'sent', {n}))
    }, (why: Error) => {
      p.failed = true
      this.show(p, why.message || word(this.e, 'failed', {n}), button(word(this.e, 'again'), () => this.post(p, small, n)))
    }).then(() => {
      p.work = null
      this.changed()
    })
  }

  private line(): Photo {
    const p: Photo = {id: '', line: make('li'), failed: false, work: null, address: ''}
    this.photos.push(p)
    this.list.append(p.line)
    this.dress()
    return p
  }

  /** The line's sentence and what can be done. */
  private show(p: Photo, text: string, more?: HTMLElement): void {
    for (const old of p.line.querySelectorAll('span, progress, button')) old.remove()
    p.line.append(make('span', {role: 'status', class: p.failed ? 'bad' : ''}, text))
    if (more) p.line.append(more)
    p.line.append(button(word(this.e, 'remove', {n: this.photos.indexOf(p) + 1}), () => this.takeOut(p)))
  }

  private takeOut(p: Photo): void {
    this.photos.splice(this.photos.indexOf(p), 1)
    p.line.dispatchEvent(new Event('taken-out'))
    p.line.remove()
    if (p.address) URL.revokeObjectURL(p.address)
    this.tell('')
    this.dress()
    this.changed()
    this.input.focus()
  }

  private hidden(id: string): HTMLInputElement { return make('input', {type: 'hidden', name: this.name, value: id}) }

  private tell(text: string): void {
    this.said.textContent = text
    this.said.hidden = text === ''
  }

  private dress(): void {
    this.list.hidden = this.photos.length === 0
    this.door.textContent = word(this.e, this.photos.length > 0 ? 'more' : 'take')
    this.input.disabled = this.photos.length >= Number(this.e.dataset.max)
  }
}
