import { Shared } from '../../app'
import { config } from '../../config'
import { Beat, KaiboError, Seat, Stop, Ticket } from '../../kaibo'
import { Media, Player, Pusher } from '../../media'
import { mediaFor, sentence } from '../../stage'

type Event = WechatMiniprogram.CustomEvent<{ code?: number; errCode?: number; message?: string; errMsg?: string }>

// Timers and media are not for `data`: what is there is copied to the view. One host page is open at a time.
let media: Media | null = null
let running: Stop[] = []
let pusherCode: number | undefined

Page({
  data: {
    room_id: '', record_id: '', live: false, wrong: '', pusher: null as Pusher | null, players: [] as Player[], seats: [] as Seat[],
  },

  onLoad() { void this.open() },

  onUnload() {
    this.quit()
    const { kaibo } = getApp<Shared & WechatMiniprogram.IAnyObject>()
    // Leaving the page is not the end of the broadcast: the room stays open until it is closed or idle.
    if (this.data.room_id) kaibo.leave(this.data.room_id).catch(() => undefined)
  },

  async open() {
    const { kaibo } = getApp<Shared & WechatMiniprogram.IAnyObject>()
    try {
      const room = await kaibo.openRoom({ provider: config.provider, title: '小程序直播', record: config.record })
      this.setData({ room_id: room.room_id, record_id: room.record_id || '' })
      const over = (error: KaiboError) => this.over(sentence(error))
      running = [
        kaibo.keepTicket(room.room_id, 'host', (ticket) => { void this.take(ticket) }, over),
        kaibo.stay(room.room_id, (beat) => this.beat(beat), over, () => ({ pusher_code: pusherCode })),
      ]
    } catch (error) {
      this.setData({ wrong: sentence(error) })
    }
  },

  async take(ticket: Ticket) {
    try {
      if (media) return media.renew(ticket)
      media = mediaFor(ticket, {
        pusher: (pusher) => this.setData({ pusher }),
        players: (players) => this.setData({ players }),
        lost: (code) => this.setData({ wrong: `推流中断（${code}）` }),
      })
      await media.start(ticket)
    } catch (error) {
      this.setData({ wrong: sentence(error) })
    }
  },

  beat(beat: Beat) {
    this.setData({ live: beat.live, seats: beat.seats.filter((seat) => seat.status === 'requested') })
    if (beat.room_status === 'closed') this.over('房间已关闭')
  },

  onPusher(event: Event) {
    pusherCode = event.detail.code
    if (media && pusherCode !== undefined) media.pusherState(pusherCode, event.detail.message || '')
  },

  onPusherError(event: Event) {
    // 10001 and 10002: camera or microphone was not allowed.
    pusherCode = event.detail.errCode
    this.setData({ wrong: `摄像头或麦克风不可用（${event.detail.errCode}）${event.detail.errMsg || ''}` })
  },

  onPlayer(event: Event) {
    if (media) media.playerState(String(event.currentTarget.dataset.id), event.detail.code || 0, event.detail.message || '')
  },

  async answer(event: WechatMiniprogram.TouchEvent) {
    const { kaibo } = getApp<Shared & WechatMiniprogram.IAnyObject>()
    const { id, verb } = event.currentTarget.dataset
    try {
      await kaibo.answerSeat(this.data.room_id, String(id), verb === 'accept' ? 'accept' : 'refuse')
      this.setData({ seats: this.data.seats.filter((seat) => seat.seat_id !== id) })
    } catch (error) {
      this.setData({ wrong: sentence(error) })
    }
  },

  async close() {
    const { kaibo } = getApp<Shared & WechatMiniprogram.IAnyObject>()
    try {
      await kaibo.close(this.data.room_id)
      this.over('已下播')
      void wx.navigateBack()
    } catch (error) {
      this.setData({ wrong: sentence(error) })
    }
  },

  over(wrong: string) {
    this.quit()
    this.setData({ wrong, live: false })
  },

  quit() {
    for (const one of running) one.stop()
    running = []
    if (media) media.stop()
    media = null
    pusherCode = undefined
  },
})
