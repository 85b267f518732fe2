/**
 * From a ticket to live-pusher and live-player: what each vendor needs between the two, behind one interface.
 * A page shows what `Screen` is told and hands the components' events back.
 */
import { CssClientSection, KaiboError, Ticket, TrtcClientSection } from './kaibo'

/** The address for a live-pusher. A viewer of a Tencent room enters by one with camera and microphone off. */
export interface Pusher { url: string; mode: string; camera: boolean }
/** One live-player. */
export interface Player { id: string; src: string; mode: string; minCache: number; maxCache: number }

/** What a page shows. */
export interface Screen {
  pusher(pusher: Pusher | null): void
  players(players: Player[]): void
  /** The stream is gone or refused: ask kaibo whether the room is live. `code` is the component's. */
  lost(code: number): void
}

export interface Media {
  /** Begins with a ticket. */
  start(ticket: Ticket): Promise<void>
  /** Takes a fresher ticket; what runs goes on. */
  renew(ticket: Ticket): void
  pusherState(code: number, message: string): void
  playerState(id: string, code: number, message: string): void
  stop(): void
}

/** live-pusher codes after which it does not come back by itself. */
const PUSHER_OVER = [-1301, -1302, -1307, -1313, -3301, 3001, 3002, 3003, 3004, 3005]
/** live-player codes that say the host has gone: many protocols never send 2006. */
const PLAYER_OVER = [2006, -2301, 3001, 3002, 3003]

/** Tencent Cloud Streaming: the ticket has both addresses. */
export class CssMedia implements Media {
  private client: CssClientSection | null = null

  constructor(private readonly screen: Screen) {}

  async start(ticket: Ticket): Promise<void> {
    this.renew(ticket)
    if (!this.client) throw new KaiboError(0, 'ticket_other', 'the ticket is not for css')
    const { pusher, player } = this.client
    if (ticket.role !== 'viewer' && pusher) this.screen.pusher({ ...pusher, camera: true })
    else this.screen.players([{ id: 'host', ...player }])
  }

  // A running push survives the expiry of its address; only the next start needs the new one.
  renew(ticket: Ticket): void { this.client = ticket.css ? ticket.css.client : null }

  pusherState(code: number): void { if (PUSHER_OVER.includes(code)) this.screen.lost(code) }
  playerState(_id: string, code: number): void { if (PLAYER_OVER.includes(code)) this.screen.lost(code) }
  stop(): void { this.screen.pusher(null); this.screen.players([]) }
}

const ROOM_USERLIST = 1020
const NETWORK_CHANGED = 1021
const ENTRY_FAILED = 1022

/** Tencent RTC in webrtc-room: the phone asks for the roomsig itself and enters by the push address. */
export class TrtcMedia implements Media {
  private ticket: Ticket | null = null
  private stopped = false

  constructor(private readonly screen: Screen) {}

  async start(ticket: Ticket): Promise<void> {
    this.ticket = ticket
    await this.enter()
  }

  renew(ticket: Ticket): void { this.ticket = ticket }

  pusherState(code: number, message: string): void {
    if (code === ROOM_USERLIST) this.screen.players(playersOf(message))
    else if (code === NETWORK_CHANGED) this.enter().catch(() => this.screen.lost(code))
    else if (code === ENTRY_FAILED || PUSHER_OVER.includes(code)) this.screen.lost(code)
  }

  playerState(_id: string, code: number): void { if (PLAYER_OVER.includes(code)) this.screen.lost(code) }

  stop(): void {
    this.stopped = true
    this.screen.pusher(null)
    this.screen.players([])
  }

  private async enter(): Promise<void> {
    const ticket = this.ticket
    if (!ticket || !ticket.trtc) throw new KaiboError(0, 'ticket_other', 'the ticket is not for trtc')
    const url = await roomUrl(ticket.trtc.client)
    if (!this.stopped) this.screen.pusher({ url, mode: 'RTC', camera: ticket.role !== 'viewer' })
  }
}

/**
 * Asks Tencent for the roomsig and makes the room:// address. From a server the same request would route the media to
 * the wrong place, so the phone makes it. Three tries, two seconds apart, as Tencent's own component does.
 */
export async function roomUrl(client: TrtcClientSection, pauseMs = 2000): Promise<string> {
  for (let tried = 1; ; tried += 1) {
    try {
      const body = await roomsig(client)
      return client.pushUrlPrefix + encodeURIComponent(JSON.stringify(body)) + client.pushUrlSuffix
    } catch (error) {
      if (tried >= 3) throw error
      await new Promise<void>((resolve) => { setTimeout(() => resolve(), pauseMs) })
    }
  }
}

function roomsig({ roomsig: ask }: TrtcClientSection): Promise<object> {
  return new Promise((resolve, reject) => wx.request<WechatMiniprogram.IAnyObject>({
    url: ask.url,
    method: ask.method,
    data: ask.data,
    header: { 'content-type': 'application/json' },
    success: ({ data }) => {
      const head = data && data.RspHead
      if (head && head.ErrorCode === 0 && data.RspBody) return resolve(data.RspBody)
      // A refusal stands in the head, or at the top with ActionStatus FAIL. 87 is a bad privateMapKey.
      const said = head || data || {}
      return reject(new KaiboError(0, 'roomsig_refused', `roomsig ${said.ErrorCode}: ${said.ErrorInfo || ''}`))
    },
    fail: ({ errMsg }) => reject(new KaiboError(0, 'unreachable', errMsg)),
  }))
}

/** Event 1020 names the others in the room with an address each; it is of this entry only and never kept. */
export function playersOf(message: string): Player[] {
  try {
    const list = JSON.parse(message).userlist as { userid: string; playurl: string }[]
    return list.filter((one) => one.playurl).map((one) => ({ id: one.userid, src: one.playurl, mode: 'RTC', minCache: 0.1, maxCache: 0.3 }))
  } catch {
    return []
  }
}
