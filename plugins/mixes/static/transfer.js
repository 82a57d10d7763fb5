// One file on its way, by the tus protocol. The library is loaded when the first one goes.

const pauses = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 30_000]
const [smallest, first, largest] = [1, 2, 32].map(mebibytes => mebibytes * 1024 ** 2)
/** So long one piece should take, in milliseconds: the server cuts what takes half a minute. */
const aim = 4000

export class Transfer {
  #given
  #upload
  #settle

  /** @param {{ endpoint: string, tus: string, project: string, file: File, plan: object }} given */
  constructor(given) {
    this.#given = given
  }

  /** Sends, or goes on. Resolves to 'done', 'paused', or what the server had against it: { status, text }. */
  async run({ begun, resumed, progress }) {
    const { file } = this.#given
    const tus = await load(this.#given.tus).catch(() => undefined)
    if (!tus) return {}
    const outcome = new Promise(resolve => (this.#settle = resolve))
    const pace = paceOf()
    const known = key => begun(key?.split('/').at(-1))
    if (!this.#upload) {
      this.#upload = new tus.Upload(file, {
        ...this.#options(),
        onProgress: sent => progress(sent, pace.speed),
        onUploadUrlAvailable: () => known(this.#upload.url),
        onChunkComplete: (piece, sent) => {
          this.#upload.options.chunkSize = pace.next(piece)
          progress(sent, pace.speed)
        },
        onSuccess: () => this.#settle('done'),
        onError: error => this.#settle(reasonOf(error))
      })
      const [before] = await this.#upload.findPreviousUploads()
      if (before) {
        this.#upload.resumeFromPreviousUpload(before)
        resumed()
      }
    }
    pace.begin()
    this.#upload.start()
    return outcome
  }

  pause() {
    void this.#upload?.abort()
    this.#settle?.('paused')
  }

  cancel() {
    void this.#upload?.abort(true).catch(() => undefined) // it is gone already, or is given up in a week
    this.#settle?.('paused')
  }

  #options() {
    const { endpoint, project, file, plan } = this.#given
    const { title, track_id, what, which, label } = plan
    const place = track_id ? { track_id: String(track_id) } : title ? { new_track: title } : {}
    return {
      endpoint,
      chunkSize: first,
      retryDelays: pauses,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => `patchbay ${endpoint} ${project} ${file.name} ${file.size} ${file.lastModified}`,
      metadata: {
        project_id: project,
        name: file.name,
        ...place,
        [what]: which,
        ...(what === 'kind' && label ? { label } : {})
      },
      onShouldRetry: error => mayPass(error.originalResponse?.getStatus())
    }
  }
}

/** No answer at all, somebody else writes, too many requests, or the server is being started: soon it may do. */
const mayPass = status => !status || [408, 409, 423, 429].includes(status) || (status >= 500 && status !== 507)

function reasonOf(error) {
  const answer = error.originalResponse
  const status = answer?.getStatus()
  const body = answer?.getBody() ?? ''
  if (body.startsWith('{')) return { status, text: Object.values(JSON.parse(body).errors ?? {})[0] }
  const page = body && new DOMParser().parseFromString(body, 'text/html')
  return { status, text: (page && page.querySelector('.error-page h1 + p')?.textContent.trim()) || undefined }
}

/** How quickly pieces go, in bytes a second, and how large the next one may be. */
function paceOf() {
  let since = performance.now()
  const pace = {
    speed: 0,
    begin() {
      since = performance.now()
    },
    next(piece) {
      const now = performance.now()
      const speed = (piece * 1000) / Math.max(1, now - since)
      since = now
      pace.speed = pace.speed ? pace.speed * 0.6 + speed * 0.4 : speed
      return Math.round(Math.min(largest, Math.max(smallest, (pace.speed * aim) / 1000)))
    }
  }
  return pace
}

let loading

function load(address) {
  loading ??= new Promise((resolve, reject) => {
    if (globalThis.tus) return resolve(globalThis.tus)
    const script = Object.assign(document.createElement('script'), { src: address })
    script.addEventListener('load', () => resolve(globalThis.tus))
    script.addEventListener('error', () => {
      loading = undefined
      reject(new Error('tus'))
    })
    document.head.append(script)
  })
  return loading
}
