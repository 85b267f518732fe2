/**
 * The client of kaibo: copy this one file into a mini program. It speaks wx.request and nothing else.
 *
 * Requests that got no answer, and 503 and 429, are repeated; every call here may be repeated without harm: calls that
 * make something carry an Idempotency-Key. An expired login session is renewed once, silently.
 */

export type Provider = 'zego' | 'trtc' | 'css' | 'voip'
export type Role = 'host' | 'cohost' | 'viewer'

export interface Options {
  /** The server's address, without a slash at its end. */
  baseUrl: string
  /** Who one is where the server has open identity (demos). Used when login is not possible there. */
  demoUser?: string
  /** Does not even try to log in: only with `demoUser`. */
  skipLogin?: boolean
  /** Shown to others, at most 64 characters. */
  nickname?: string
  /** How often a request is tried in all. */
  tries?: number
}

export interface Room {
  room_id: string
  provider: Provider
  app: number | string
  status: 'open' | 'closed'
  live: boolean
  live_since: string | null
  title: string | null
  last_live_at: string | null
  info: string | null
  owner_id: string | null
  capacity: number | null
  record_id: string | null
  /** Changes when a closed room is opened again. */
  opening_id: string
  opened_at: string
  closed_at: string | null
}

export interface OpenRoom {
  provider: Provider
  app_id?: number
  sdk_app_id?: number
  name?: string
  title?: string
  room_id?: string
  info?: string
  capacity?: number
  audio?: 'push' | 'mp3'
  record?: boolean
  record_id?: string
}

/** Whether users who are put out leave at once, because the vendor is asked, or when their credentials expire. */
export interface Enforced { enforced: 'vendor_pending' | 'next_login' }

export interface Member {
  user_id: string
  nickname: string
  role: Role
  source: string
  since: string | null
  lease_expires_at: string | null
}

export interface Stream {
  stream_id: string
  room_id: string | null
  user_id: string | null
  record_id: string | null
  status: 'live' | 'ended'
  began_at: string | null
  ended_at: string | null
  end_reason: string | null
  /** The reason as a sentence, in the phone's language. */
  end_detail: string | null
  end_code: string | null
  /** `no_seat`: who pushes it has no place on stage. */
  flagged: string | null
}

export interface RoomInside extends Room { members: Member[]; member_count: number; seats: Seat[]; streams: Stream[]; recordings: Recording[] }
export interface Page<T> { items: T[]; next_cursor: string | null }

export interface Live {
  live: boolean
  live_since: string | null
  room_status: 'open' | 'closed'
  end_reason: string | null
  /** The reason as a sentence, in the phone's language: for the viewer of a black screen. */
  end_detail: string | null
  retry_after_seconds: number
}

export interface ZegoClientSection {
  config: {
    appid: number; idName: string; nickName: string; server: string | string[]
    logUrl: string; logLevel: number; remoteLogLevel: number; audienceCreateRoom: boolean
  }
  login: { roomId: string; role: 1 | 2; token: string }
  publishStreamId?: string
  anchorId?: string
}

export interface TrtcClientSection {
  webrtcRoom: { sdkAppID: number; userID: string; userSig: string; roomID: number; privateMapKey: string; recordId?: number; pureAudioPushMod?: number }
  roomsig: { url: string; method: 'POST'; data: WechatMiniprogram.IAnyObject }
  pushUrlPrefix: string
  pushUrlSuffix: string
}

export interface CssClientSection {
  pusher: { url: string; mode: string } | null
  player: { src: string; mode: string; minCache: number; maxCache: number }
}

export interface Ticket {
  room_id: string
  user_id: string
  role: Role
  provider: Provider
  expires_at: string
  refresh_after_seconds: number
  record_id?: string | number
  zego?: { client: ZegoClientSection }
  trtc?: { client: TrtcClientSection }
  css?: { client: CssClientSection }
  voip?: { client: { joinVoIPChat: WechatMiniprogram.JoinVoIPChatOption; selfOpenId?: string } }
}

export interface Seat {
  seat_id: string
  room_id: string
  kind: 'request' | 'invite'
  /** The guest. */
  user_id: string
  /** Who asked: the guest itself, or the host who invited; null for an operator. */
  from_user_id: string | null
  status: 'requested' | 'invited' | 'accepted' | 'refused' | 'ended' | 'timed_out'
  created_at: string
  expires_at: string
  decided_at: string | null
  /** The guest's, in the answer to its own `accept`. */
  ticket?: Ticket
}

export interface Beat {
  lease_expires_at: string | null
  room_status: 'open' | 'closed'
  live: boolean
  removed: boolean
  seats: Seat[]
  next_seconds: number
}

export interface Observed { members?: string[]; player_code?: number; pusher_code?: number }

/** How streams are mixed into one: bodies for ZEGO's client SDK and for its server API. */
export interface MixPlan {
  update_mix_stream: WechatMiniprogram.IAnyObject
  stop_mix_stream: WechatMiniprogram.IAnyObject
  start_mix: WechatMiniprogram.IAnyObject
  stop_mix: WechatMiniprogram.IAnyObject
  /** Wanted and not live now: with one of them ZEGO refuses the whole mix. */
  missing_streams: string[]
}

export interface AskMix {
  width: number
  height: number
  layout?: 'seed' | 'grid' | 'focus'
  streams?: string[]
  output_stream_id?: string
}

export interface RecordingFile {
  file_id: string
  format: string
  url: string | null
  start_at: string | null
  end_at: string | null
  duration_seconds: number | null
  size_bytes: number | null
}

export interface Recording {
  record_id: string
  room_id: string | null
  created_at: string
  status: 'recording' | 'orphan' | 'ready' | 'failed' | 'processing' | 'expected'
  reason: string | null
  files: RecordingFile[]
}

/** What the server refused, or that it could not be reached (`status` 0, `code` "unreachable"). */
export class KaiboError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: { field: string; code: string; detail: string }[] = [],
    readonly retryAfterSeconds: number | null = null,
    readonly requestId = '',
  ) {
    super(detail)
    this.name = 'KaiboError'
    // Code compiled down to ES5 loses the class of an Error otherwise.
    Object.setPrototypeOf(this, KaiboError.prototype)
  }
}

type Method = 'GET' | 'POST'
type Answer = WechatMiniprogram.RequestSuccessCallbackResult<string | WechatMiniprogram.IAnyObject | ArrayBuffer>

const LONGEST_WAIT_SECONDS = 30

export class Kaibo {
  private proof: WechatMiniprogram.IAnyObject | null = null
  private loggingIn: Promise<string> | null = null
  /** The user id, after login. */
  userId = ''

  constructor(readonly options: Options) {}

  /** Logs in when that was not done yet; answers the user id. Several calls at once make one login. */
  login(): Promise<string> {
    if (this.proof) return Promise.resolve(this.userId)
    if (!this.loggingIn) {
      this.loggingIn = this.logIn().then(
        (id) => { this.loggingIn = null; return id },
        (error) => { this.loggingIn = null; throw error },
      )
    }
    return this.loggingIn
  }

  /** Opens a room. The same owner's open room is answered as it is. */
  openRoom(ask: OpenRoom): Promise<Room> { return this.call('POST', '/v1/rooms', ask, true) }
  rooms(ask: { status?: string; live?: boolean; provider?: Provider; owner?: 'me'; limit?: number; cursor?: string } = {}): Promise<Page<Room>> {
    return this.call('GET', '/v1/rooms', ask)
  }
  /** A room with members, seats, streams and recordings. */
  room(roomId: string): Promise<RoomInside> { return this.call('GET', this.at(roomId)) }
  /** Is it live? After -2301, code 2006 or a black screen. */
  live(roomId: string): Promise<Live> { return this.call('GET', this.at(roomId, 'live')) }
  ticket(roomId: string, role: Role): Promise<Ticket> {
    return this.call('POST', this.at(roomId, 'tickets'), { role, nickname: this.options.nickname })
  }
  heartbeat(roomId: string, observed?: Observed): Promise<Beat> { return this.call('POST', this.at(roomId, 'heartbeat'), { observed }) }
  leave(roomId: string): Promise<Beat> { return this.call('POST', this.at(roomId, 'leave'), {}) }
  close(roomId: string): Promise<Room & Enforced> { return this.call('POST', this.at(roomId, 'close'), {}) }
  /** Puts a user out and keeps it out until the room is opened anew. */
  kick(roomId: string, userId: string): Promise<Room & Enforced> { return this.call('POST', this.at(roomId, 'kick'), { user_id: userId }) }
  requestSeat(roomId: string): Promise<Seat> { return this.call('POST', this.at(roomId, 'seats'), { kind: 'request' }, true) }
  inviteToSeat(roomId: string, userId: string): Promise<Seat> {
    return this.call('POST', this.at(roomId, 'seats'), { kind: 'invite', user_id: userId }, true)
  }
  answerSeat(roomId: string, seatId: string, verb: 'accept' | 'refuse' | 'end'): Promise<Seat> {
    return this.call('POST', this.at(roomId, `seats/${encodeURIComponent(seatId)}/${verb}`), {})
  }
  /** For ZEGO rooms: without `streams` the live ones, the host's first. */
  mixPlan(roomId: string, ask: AskMix): Promise<MixPlan> { return this.call('POST', this.at(roomId, 'mix-plan'), ask) }
  recordings(roomId: string): Promise<Page<Recording>> { return this.call('GET', this.at(roomId, 'recordings')) }
  recording(recordId: string): Promise<Recording> { return this.call('GET', `/v1/recordings/${encodeURIComponent(recordId)}`) }
  /** The bare ZEGO login token, as the vendor's own demo asks for it. */
  zegoLoginToken(appId: number, idName: string): Promise<string> { return this.call('GET', '/v1/zego/login-token', { app_id: appId, id_name: idName }) }

  /**
   * Keeps a ticket fresh until `stop`: gives the first one and each new one to `onTicket`. When the room is closed or
   * the caller may not enter any more, `onOver` says why and nothing more is asked.
   */
  keepTicket(roomId: string, role: Role, onTicket: (ticket: Ticket) => void, onOver: (error: KaiboError) => void): Stop {
    return repeat(async () => {
      const ticket = await this.ticket(roomId, role)
      return { next: ticket.refresh_after_seconds, tell: () => onTicket(ticket) }
    }, onOver)
  }

  /** Stays in a room until `stop`: beats as often as the server asks. `observed` is asked before each beat. */
  stay(roomId: string, onBeat: (beat: Beat) => void, onOver: (error: KaiboError) => void, observed: () => Observed | undefined = () => undefined): Stop {
    return repeat(async () => {
      const beat = await this.heartbeat(roomId, observed())
      const over = beat.removed || beat.room_status === 'closed'
      return { next: over ? null : beat.next_seconds, tell: () => onBeat(beat) }
    }, onOver)
  }

  /** Waits until the room is live or closed, asking no more often than the server says. */
  whenLive(roomId: string, onLive: (live: Live) => void, onOver: (error: KaiboError) => void): Stop {
    return repeat(async () => {
      const live = await this.live(roomId)
      const done = live.live || live.room_status === 'closed'
      return { next: done ? null : live.retry_after_seconds, tell: () => { if (done) onLive(live) } }
    }, onOver)
  }

  private at(roomId: string, rest = ''): string {
    return `/v1/rooms/${encodeURIComponent(roomId)}${rest && `/${rest}`}`
  }

  private async logIn(): Promise<string> {
    const demo = this.options.demoUser
    if (!(demo && this.options.skipLogin)) {
      try {
        return await this.openSession()
      } catch (error) {
        const noLoginHere = error instanceof KaiboError && ['provider_off', 'route_unknown', 'login_failed'].includes(error.code)
        if (!demo || !noLoginHere) throw error
      }
    }
    this.proof = { 'x-user-id': demo }
    this.userId = demo as string
    return this.userId
  }

  private async openSession(): Promise<string> {
    // A code works once, so each try brings its own.
    const session = await this.insist(async () => {
      const { code } = await new Promise<WechatMiniprogram.LoginSuccessCallbackResult>((resolve, reject) =>
        wx.login({ success: resolve, fail: ({ errMsg }) => reject(new KaiboError(0, 'login_failed', errMsg)) }))
      return this.send('POST', '/v1/sessions', { code, nickname: this.options.nickname }, {})
    }) as { session_token: string; user_id: string }
    this.proof = { authorization: `Bearer ${session.session_token}` }
    this.userId = session.user_id
    return this.userId
  }

  private async call<T>(method: Method, path: string, data?: object, makes = false): Promise<T> {
    const extra: WechatMiniprogram.IAnyObject = makes ? { 'idempotency-key': randomKey() } : {}
    await this.login()
    const used = this.proof
    try {
      return await this.insist(() => this.send(method, path, data, { ...this.proof, ...extra })) as T
    } catch (error) {
      if (!(error instanceof KaiboError) || !['session_expired', 'session_invalid'].includes(error.code)) throw error
      // Another call may have renewed it meanwhile.
      if (this.proof === used) this.proof = null
      await this.login()
      return await this.insist(() => this.send(method, path, data, { ...this.proof, ...extra })) as T
    }
  }

  /** Repeats what may succeed later: no answer, 429 and 503. Waits as told, else longer each time. */
  private async insist<T>(attempt: () => Promise<T>): Promise<T> {
    const tries = this.options.tries || 3
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof KaiboError) || !comesBack(error) || tried >= tries) throw error
        const told = error.retryAfterSeconds
        if (told !== null && told > LONGEST_WAIT_SECONDS) throw error
        await wait(told !== null ? told : 0.5 * 2 ** (tried - 1) * (1 + Math.random()))
      }
    }
  }

  private send(method: Method, path: string, data: object | undefined, header: WechatMiniprogram.IAnyObject): Promise<unknown> {
    return new Promise((resolve, reject) => wx.request({
      url: this.options.baseUrl + path,
      method,
      data: data && given(data),
      header: { 'content-type': 'application/json', ...header },
      timeout: 10000,
      // Any status arrives here; `fail` means that no answer came.
      success: (answer) => (answer.statusCode >= 200 && answer.statusCode < 300 ? resolve(answer.data) : reject(refusal(answer))),
      fail: ({ errMsg }) => reject(new KaiboError(0, 'unreachable', errMsg)),
    }))
  }
}

/** The network or the server is away, or asks to wait: it comes back. What is refused stays refused. */
function comesBack(error: KaiboError): boolean {
  return error.code === 'unreachable' || error.status === 429 || error.status === 503
}

export interface Stop { stop(): void }

/** Does something again and again until it says `next: null`, fails for good or is stopped. */
function repeat(turn: () => Promise<{ next: number | null; tell: () => void }>, onOver: (error: KaiboError) => void): Stop {
  let stopped = false
  let timer = 0
  let failures = 0
  const again = (seconds: number) => { timer = setTimeout(run, Math.min(Math.max(seconds, 1), 86400) * 1000) }
  const run = async () => {
    let tell: () => void
    try {
      const turned = await turn()
      if (stopped) return
      failures = 0
      if (turned.next !== null) again(turned.next)
      tell = turned.tell
    } catch (error) {
      if (stopped) return
      const known = error instanceof KaiboError ? error : new KaiboError(0, 'client', String(error))
      if (comesBack(known)) {
        failures += 1
        again(known.retryAfterSeconds || Math.min(2 ** failures, LONGEST_WAIT_SECONDS))
        return
      }
      stopped = true
      tell = () => onOver(known)
    }
    tell()
  }
  void run()
  return { stop() { stopped = true; clearTimeout(timer) } }
}

function refusal(answer: Answer): KaiboError {
  const body = (typeof answer.data === 'object' && answer.data !== null ? answer.data : {}) as WechatMiniprogram.IAnyObject
  // Platforms differ in the case of header names.
  const header = (name: string) => {
    const found = Object.keys(answer.header || {}).find((key) => key.toLowerCase() === name)
    return found === undefined ? '' : String((answer.header as WechatMiniprogram.IAnyObject)[found])
  }
  const after = header('retry-after')
  return new KaiboError(
    answer.statusCode, String(body.code || `http_${answer.statusCode}`), String(body.detail || `HTTP ${answer.statusCode}`),
    Array.isArray(body.errors) ? body.errors : [], /^\d+$/.test(after) ? Number(after) : null, String(body.instance || header('x-request-id')))
}

/** Only what has a value: wx.request would write `undefined` into a query as a word. */
function given(data: object): WechatMiniprogram.IAnyObject {
  const kept: WechatMiniprogram.IAnyObject = {}
  for (const [key, value] of Object.entries(data)) if (value !== undefined) kept[key] = value
  return kept
}

function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(() => resolve(), seconds * 1000) })
}

function randomKey(): string {
  const part = () => Math.random().toString(36).slice(2, 12)
  return `${Date.now().toString(36)}-${part()}${part()}`
}
