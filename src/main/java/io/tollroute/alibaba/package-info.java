/** The provider of Alibaba Cloud's RPC actions: signing, reading and rating their calls. */
package io.tollroute.alibaba;
