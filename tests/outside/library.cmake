# Programs of others with an installed librondo: in C and C++, shared and static, by find_package and by pkg-config.
# Each prints what `rondo` prints.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${FOLDER}/prefix)
file(GLOB_RECURSE pc ${FOLDER}/prefix/*/rondo.pc)
get_filename_component(pc_folder ${pc} DIRECTORY)

# --- a model ---

set(lines "")
foreach(i RANGE 40)
  string(APPEND lines "one two three\ntwo three one\nthree one two two\n")
endforeach()
file(WRITE ${FOLDER}/text.txt "${lines}")
file(WRITE ${FOLDER}/new.txt "one two\nthree one one\n")
file(WRITE ${FOLDER}/m.yaml "behavior_version: 1
seed: 2
task: language_model
data: {path: text.txt, unit: word, sequences: line, split: {valid: 0.2}, batch_size: 8}
model: {input: {embedding: 6}, layers: [{cell: lstm, hidden: 10}, {cell: gru, hidden: 7}]}
optimizer: {name: adam, learning_rate: 0.01}
train: {epochs: 2}
")
rondo(0 "train m.yaml --output run" "epoch 2")
execute_process(COMMAND ${PROGRAM} sample run --seed 5 --prime "one two" WORKING_DIRECTORY ${FOLDER}
                OUTPUT_VARIABLE sampled COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${PROGRAM} score run --text "one two three" --json WORKING_DIRECTORY ${FOLDER}
                OUTPUT_VARIABLE scored COMMAND_ERROR_IS_FATAL ANY)
string(JSON scored GET "${scored}" log_probability)
string(REGEX MATCH "^-?[0-9]+[.][0-9][0-9][0-9][0-9][0-9][0-9]" scored "${scored}")

# ARGN: the program and its environment in front of it.
set(tables "")
function(check_program name)
  foreach(arguments "sample;run;5;1;0;one two" "score;run;one two three" "predict;run;text" "predict;run;text;stream"
                    "predict;run;text;threads")
    list(POP_FRONT arguments verb run)
    execute_process(COMMAND ${CMAKE_COMMAND} -E env ${ARGN} ${name} ${run} ${verb} ${arguments} WORKING_DIRECTORY ${FOLDER}
                    INPUT_FILE ${FOLDER}/new.txt OUTPUT_VARIABLE output ERROR_VARIABLE error RESULT_VARIABLE result)
    if(NOT result STREQUAL "0" OR NOT error STREQUAL "")
      message(FATAL_ERROR "${name} ${verb}: ${result}\n${output}${error}")
    endif()
    if(verb STREQUAL "sample" AND NOT output STREQUAL sampled)
      message(FATAL_ERROR "${name}: sampled\n${output}and not\n${sampled}")
    endif()
    string(FIND "${output}" " ${scored}" place)
    if(verb STREQUAL "score" AND place EQUAL -1)
      message(FATAL_ERROR "${name}: scored\n${output}and not ${scored}")
    endif()
    if(verb STREQUAL "predict" AND NOT arguments MATCHES "threads")
      list(APPEND tables "${output}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES tables)
  list(LENGTH tables count)
  if(NOT count EQUAL 1 OR NOT tables MATCHES "sequence,step,class")
    message(FATAL_ERROR "${name}: predictions differ:\n${tables}")
  endif()
  set(tables "${tables}" PARENT_SCOPE)
endfunction()

# --- by find_package ---

file(MAKE_DIRECTORY ${FOLDER}/project)
configure_file(${SOURCE}/tests/api/use_model.c ${FOLDER}/project/in_c.c COPYONLY)
configure_file(${SOURCE}/tests/api/use_model.c ${FOLDER}/project/in_cxx.cc COPYONLY)
file(WRITE ${FOLDER}/project/CMakeLists.txt "cmake_minimum_required(VERSION 3.22)
project(outside LANGUAGES C)
find_package(rondo ${VERSION} EXACT REQUIRED)
find_package(Threads REQUIRED)
include(CheckLanguage)
check_language(CXX)
set(sources in_c.c)
if(CMAKE_CXX_COMPILER)
  enable_language(CXX)
  list(APPEND sources in_cxx.cc)
endif()
foreach(source IN LISTS sources)
  get_filename_component(name \${source} NAME_WE)
  add_executable(\${name} \${source})
  target_link_libraries(\${name} rondo::rondo Threads::Threads)
  add_executable(\${name}_static \${source})
  target_link_libraries(\${name}_static rondo::rondo_static Threads::Threads)
endforeach()
")
run(${CMAKE_COMMAND} -S ${FOLDER}/project -B ${FOLDER}/build -DCMAKE_C_COMPILER=${COMPILER}
    -DCMAKE_PREFIX_PATH=${FOLDER}/prefix)
run(${CMAKE_COMMAND} --build ${FOLDER}/build --parallel 2)

# The shared library finds the plugins beside it; a static one is in a program that lies elsewhere.
set(plugins RONDO_PLUGINS=${pc_folder}/../rondo/plugins)
foreach(name in_c in_cxx)
  if(EXISTS ${FOLDER}/build/${name} OR name STREQUAL "in_c")
    check_program(${FOLDER}/build/${name} --unset=RONDO_PLUGINS)
    check_program(${FOLDER}/build/${name}_static ${plugins})
  endif()
endforeach()

# --- by pkg-config ---

find_program(PKG_CONFIG pkg-config REQUIRED)
function(pkg_config out)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${pc_folder} ${PKG_CONFIG} ${ARGN} rondo
                  OUTPUT_VARIABLE output OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${out} "${output}" PARENT_SCOPE)
endfunction()
pkg_config(version --modversion)
pkg_config(folder --variable=plugindir)
if(NOT version STREQUAL VERSION OR NOT EXISTS ${folder}/cells/lstm.so)
  message(FATAL_ERROR "rondo.pc: version ${version}, plugins in ${folder}")
endif()
pkg_config(shared --cflags --libs)
pkg_config(static --cflags --libs --static)
string(REPLACE "-lrondo" "-l:librondo.a" static "${static}")
foreach(kind shared static)
  separate_arguments(flags UNIX_COMMAND "${${kind}}")
  run(${COMPILER} -std=c11 -D_XOPEN_SOURCE=700 ${FOLDER}/project/in_c.c -o ${FOLDER}/by_pkg_config_${kind} ${flags}
      -pthread)
endforeach()
check_program(${FOLDER}/by_pkg_config_shared --unset=RONDO_PLUGINS LD_LIBRARY_PATH=${pc_folder}/..)
check_program(${FOLDER}/by_pkg_config_static RONDO_PLUGINS=${folder})
execute_process(COMMAND ldd ${FOLDER}/by_pkg_config_static OUTPUT_VARIABLE output)
if(output MATCHES "librondo")
  message(FATAL_ERROR "the static program needs librondo.so:\n${output}")
endif()
