-- SPDX-License-Identifier: Apache-2.0
-- The table that configs/jushuitan-shops.json fills: outbound orders of several shops. The account is
-- part of the key, since two shops may count their orders alike.
CREATE TABLE shop_saleout (
  account varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT '店铺账号',
  region varchar(32) NULL COMMENT '省份',
  io_id bigint NOT NULL COMMENT '出库单号',
  o_id bigint NULL COMMENT '内部订单号',
  modified datetime NULL COMMENT '修改时间',
  status varchar(32) NULL COMMENT '单据状态',
  pay_amount decimal(18,4) NULL COMMENT '应付金额',
  PRIMARY KEY (account, io_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
