/**
 * ZEGO: its SDK stands between ticket and components. The SDK's file cannot be shipped here; put it into `libs/`, wrap
 * it with `jzego` or `express` and give it to `useZego` in app.ts. Everything else stays as it is.
 */
import { KaiboError, Ticket, ZegoClientSection } from './kaibo'
import { Media, Player, Screen } from './media'

/** What the pages need of either generation of the SDK. */
export interface ZegoSdk {
  /** Enters; answers the streams that are there. */
  login(client: ZegoClientSection): Promise<string[]>
  publishUrl(streamId: string): Promise<string>
  playUrl(streamId: string): Promise<string>
  /** Streams that came and went. */
  onStreams(told: (came: string[], went: string[]) => void): void
  renew(token: string): void
  /** The SDK learns from the components' events; live-pusher and live-player alike. */
  state(streamId: string, code: number, message: string, publishing: boolean): void
  logout(): void
}

let make: (() => ZegoSdk) | null = null

/** Says which SDK to use, once, in app.ts. */
export function useZego(maker: () => ZegoSdk): void { make = maker }

export class ZegoMedia implements Media {
  private readonly sdk: ZegoSdk
  private readonly playing = new Map<string, Player>()
  private publishing = ''

  constructor(private readonly screen: Screen) {
    if (!make) throw new KaiboError(0, 'zego_sdk_missing', '请把即构 SDK 放入 libs/ 并在 app.ts 中调用 useZego / put ZEGO\'s SDK into libs/ and call useZego in app.ts')
    this.sdk = make()
  }

  async start(ticket: Ticket): Promise<void> {
    if (!ticket.zego) throw new KaiboError(0, 'ticket_other', 'the ticket is not for zego')
    const client = ticket.zego.client
    this.sdk.onStreams((came, went) => { void this.changed(came, went) })
    const there = await this.sdk.login(client)
    if (ticket.role !== 'viewer' && client.publishStreamId) {
      this.publishing = client.publishStreamId
      this.screen.pusher({ url: await this.sdk.publishUrl(this.publishing), mode: 'RTC', camera: true })
    }
    await this.changed(there, [])
  }

  renew(ticket: Ticket): void { if (ticket.zego) this.sdk.renew(ticket.zego.client.login.token) }
  pusherState(code: number, message: string): void { this.sdk.state(this.publishing, code, message, true) }

  playerState(id: string, code: number, message: string): void {
    this.sdk.state(id, code, message, false)
    if (code === -2301 || code === 2006) this.screen.lost(code)
  }

  stop(): void {
    this.sdk.logout()
    this.screen.pusher(null)
    this.screen.players([])
  }

  private async changed(came: string[], went: string[]): Promise<void> {
    for (const id of went) this.playing.delete(id)
    for (const id of came) {
      if (id !== this.publishing) this.playing.set(id, { id, src: await this.sdk.playUrl(id), mode: 'RTC', minCache: 0.2, maxCache: 0.8 })
    }
    this.screen.players([...this.playing.values()])
    if (went.length > 0 && this.playing.size === 0) this.screen.lost(2006)
  }
}

interface JZegoClient {
  config(config: ZegoClientSection['config']): void
  login(roomId: string, role: number, token: string, ok: (streams: { stream_id: string }[]) => void, failed: (error: unknown) => void): void
  startPublishingStream(streamId: string, params: string): void
  startPlayingStream(streamId: string, params: string): void
  updatePlayerState(streamId: string, event: object, type: number): void
  logout(): void
  onStreamUrlUpdate: (streamId: string, url: string, type: number) => void
  onStreamUpdated: (type: number, streams: { stream_id: string }[]) => void
}

/** jZego-wx 1.x (LiveRoom): `useZego(() => jzego(new ZegoClient()))`. */
export function jzego(client: JZegoClient): ZegoSdk {
  const waiting = new Map<string, (url: string) => void>()
  const urlOf = (key: string, ask: () => void) => new Promise<string>((resolve) => { waiting.set(key, resolve); ask() })
  // Type 0 is an address to play, 1 one to publish.
  client.onStreamUrlUpdate = (streamId, url, type) => {
    const told = waiting.get(`${type}/${streamId}`)
    waiting.delete(`${type}/${streamId}`)
    if (told) told(url)
  }
  const ids = (streams: { stream_id: string }[]) => streams.map((stream) => stream.stream_id)
  return {
    login: ({ config, login }) => new Promise((resolve, reject) => {
      client.config(config)
      client.login(login.roomId, login.role, login.token, (streams) => resolve(ids(streams)),
        (error) => reject(new KaiboError(0, 'zego_login', `ZEGO: ${JSON.stringify(error)}`)))
    }),
    publishUrl: (id) => urlOf(`1/${id}`, () => client.startPublishingStream(id, '')),
    playUrl: (id) => urlOf(`0/${id}`, () => client.startPlayingStream(id, '')),
    onStreams: (told) => { client.onStreamUpdated = (type, streams) => (type === 0 ? told(ids(streams), []) : told([], ids(streams))) },
    // Version 1 tokens serve one login; the next login brings its own.
    renew: () => undefined,
    state: (id, code, message, publishing) => client.updatePlayerState(id, { detail: { code, message } }, publishing ? 1 : 0),
    logout: () => client.logout(),
  }
}

interface ExpressEngine {
  loginRoom(roomId: string, token: string, user: { userID: string; userName: string }, config: { userUpdate: boolean }): Promise<boolean>
  startPublishingStream(streamId: string): Promise<{ streamID: string; url: string }>
  startPlayingStream(streamId: string): Promise<{ streamID: string; url: string }>
  on(event: 'roomStreamUpdate', told: (roomId: string, type: 'ADD' | 'DELETE', streams: { streamID: string }[]) => void): boolean
  renewToken(token: string, roomId?: string): boolean
  updatePlayerState(streamId: string, event: object): void
  logoutRoom(roomId?: string): void
}

/** Express 2.x and 3.x: `useZego(() => express((id, server) => new ZegoExpressEngine(id, server)))`; set `token = "04"` on the app. */
export function express(open: (appId: number, server: string | string[]) => ExpressEngine): ZegoSdk {
  let engine: ExpressEngine | null = null
  let room = ''
  let listener: (came: string[], went: string[]) => void = () => undefined
  const opened = () => {
    if (!engine) throw new KaiboError(0, 'zego_login', 'ZEGO: not logged in')
    return engine
  }
  return {
    async login({ config, login }) {
      engine = open(config.appid, config.server)
      room = login.roomId
      engine.on('roomStreamUpdate', (_room, type, streams) => {
        const ids = streams.map((stream) => stream.streamID)
        if (type === 'ADD') listener(ids, [])
        else listener([], ids)
      })
      await engine.loginRoom(room, login.token, { userID: config.idName, userName: config.nickName }, { userUpdate: true })
      // Those already there are told by the first roomStreamUpdate.
      return []
    },
    async publishUrl(id) { return (await opened().startPublishingStream(id)).url },
    async playUrl(id) { return (await opened().startPlayingStream(id)).url },
    onStreams(told) { listener = told },
    renew(token) { opened().renewToken(token, room) },
    state(id, code, message) { opened().updatePlayerState(id, { detail: { code, message } }) },
    logout() { if (engine) engine.logoutRoom(room) },
  }
}
