/** The only file to edit. */
export const config = {
  /** kaibo's address. A real phone needs https and the host in the WeChat console's request list. */
  baseUrl: 'http://127.0.0.1:3000',
  /** true while kaibo runs with its demo configuration; false once [wechat] holds your app id and secret. */
  demo: true,
  /** Who carries the media: zego, trtc or css, as configured in kaibo.toml. */
  provider: 'trtc' as 'zego' | 'trtc' | 'css',
  /** Keep a recording id for each broadcast; recording itself is switched on at the vendor. */
  record: true,
}
