import { Shared } from '../../app'
import { Beat, Kaibo, KaiboError, Recording, Role, Stop, Ticket } from '../../kaibo'
import { Media, Player, Pusher } from '../../media'
import { mediaFor, sentence } from '../../stage'

type Event = WechatMiniprogram.CustomEvent<{ code?: number; message?: string }>

let media: Media | null = null
let entry: Stop | null = null
let stay: Stop | null = null
let waiting: Stop | null = null
let playerCode: number | undefined

Page({
  data: {
    room_id: '', role: 'viewer' as Role, live: false, said: '', wrong: '', pusher: null as Pusher | null, players: [] as Player[], recordings: [] as Recording[],
  },

  onLoad(query: Record<string, string | undefined>) {
    this.setData({ room_id: query.room_id || '' })
    this.wait()
  },

  onUnload() {
    this.quit()
    this.kaibo().leave(this.data.room_id).catch(() => undefined)
  },

  kaibo(): Kaibo { return getApp<Shared & WechatMiniprogram.IAnyObject>().kaibo },

  /** Before the first picture, and after each loss of it: ask until the room is live, then enter. */
  wait() {
    this.quit()
    this.setData({ live: false, said: '等待主播' })
    waiting = this.kaibo().whenLive(this.data.room_id, (now) => {
      if (now.live) this.enter('viewer')
      else void this.ended(now.end_reason || '')
    }, (error) => this.setData({ wrong: sentence(error) }))
  },

  enter(role: Role) {
    this.quit()
    this.setData({ live: true, role, wrong: '' })
    const over = (error: KaiboError) => { this.quit(); this.setData({ wrong: sentence(error), live: false }) }
    entry = this.kaibo().keepTicket(this.data.room_id, role, (ticket) => { void this.take(ticket) }, over)
    stay = this.kaibo().stay(this.data.room_id, (beat) => this.beat(beat), over, () => ({ player_code: playerCode }))
  },

  async take(ticket: Ticket) {
    try {
      if (media) return media.renew(ticket)
      media = mediaFor(ticket, {
        pusher: (pusher) => this.setData({ pusher }),
        players: (players) => this.setData({ players }),
        // The host is gone, or only the network: the server knows which.
        lost: () => this.wait(),
      })
      await media.start(ticket)
    } catch (error) {
      this.setData({ wrong: sentence(error) })
    }
  },

  beat(beat: Beat) {
    if (beat.removed) { this.quit(); this.setData({ wrong: '你已被移出房间', live: false }); return }
    if (beat.room_status === 'closed') { void this.ended(''); return }
    if (this.data.role === 'viewer' && beat.seats.some((seat) => seat.status === 'accepted')) this.enter('cohost')
  },

  async ended(reason: string) {
    this.quit()
    this.setData({ live: false, said: '直播已结束', wrong: reason })
    try {
      this.setData({ recordings: (await this.kaibo().recordings(this.data.room_id)).items })
    } catch (error) {
      this.setData({ wrong: sentence(error) })
    }
  },

  async askSeat() {
    try {
      await this.kaibo().requestSeat(this.data.room_id)
      void wx.showToast({ title: '已申请', icon: 'none' })
    } catch (error) {
      this.setData({ wrong: sentence(error) })
    }
  },

  onPlayer(event: Event) {
    playerCode = event.detail.code
    if (media) media.playerState(String(event.currentTarget.dataset.id), event.detail.code || 0, event.detail.message || '')
  },

  onPusher(event: Event) { if (media) media.pusherState(event.detail.code || 0, event.detail.message || '') },

  copy(event: WechatMiniprogram.TouchEvent) { void wx.setClipboardData({ data: String(event.currentTarget.dataset.url) }) },

  quit() {
    for (const one of [entry, stay, waiting]) if (one) one.stop()
    entry = stay = waiting = null
    if (media) media.stop()
    media = null
    playerCode = undefined
  },
})
