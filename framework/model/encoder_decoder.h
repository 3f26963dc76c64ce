/* What makes an encoder-decoder of two networks: one layout, state bridges, context (network.h has
 * the equations). Private to model/. */
#ifndef RONDO_MODEL_ENCODER_DECODER_H
#define RONDO_MODEL_ENCODER_DECODER_H

#include "model/network.h"

/* `decoder` owns `encoder` (may be NULL) and goes on with its layout. */
void rondo_encoder_attach(rondo_network *decoder, rondo_network *encoder);

/* Destroys the encoder, if there is one. */
void rondo_encoder_detach(rondo_network *decoder);

/* Adds state bridges and context to a decoder that is otherwise whole; from here on the layout is
 * fixed and the encoder's, too. */
rondo_status rondo_encoder_link(rondo_network *decoder, const rondo_decoder_config *config,
                                rondo_error *error);

#endif
