import { Shared } from '../../app'
import { config } from '../../config'
import { Room } from '../../kaibo'
import { sentence } from '../../stage'

Page({
  data: { user_id: '', base_url: config.baseUrl, rooms: [] as Room[], wrong: '' },

  onShow() { void this.load() },

  onPullDownRefresh() { void this.load().then(() => wx.stopPullDownRefresh()) },

  async load() {
    const { kaibo } = getApp<Shared & WechatMiniprogram.IAnyObject>()
    try {
      const user_id = await kaibo.login()
      const { items } = await kaibo.rooms({ status: 'open', provider: config.provider })
      this.setData({ user_id, rooms: items, wrong: '' })
    } catch (error) {
      this.setData({ wrong: sentence(error) })
    }
  },

  host() { void wx.navigateTo({ url: '/pages/host/host' }) },
})
